/** Tests of the Lightning components. The rest of the project is tested by mocha. */
const { jestConfig } = require('@salesforce/sfdx-lwc-jest/config');

module.exports = {
  ...jestConfig,
  // not in the temporary folder, where it would stay
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  roots: ['<rootDir>/force-app'],
  setupFilesAfterEnv: ['<rootDir>/test/lwc/accessibility.cjs'],
  moduleNameMapper: {
    ...jestConfig.moduleNameMapper,
    '^lightning/empApi$': '<rootDir>/test/lwc/emp-api.js',
  },
  // what is waited for is an event; a busy machine only takes longer
  testTimeout: 60_000,
  collectCoverageFrom: ['force-app/**/lwc/**/*.js', '!**/__tests__/**'],
  coverageThreshold: { global: { statements: 85, branches: 75, functions: 85, lines: 85 } },
};
