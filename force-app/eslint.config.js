import lwcPlatform from '@lwc/eslint-plugin-lwc-platform';
import lwc from '@salesforce/eslint-config-lwc';
import { defineConfig } from 'eslint/config';
import globals from 'globals';

/** Salesforce's own rules for Lightning components, as strict as they come. */
export default defineConfig(
  { ignores: ['**/*.d.ts'] },
  {
    files: ['**/lwc/**/*.js'],
    extends: [lwc.configs.recommended, lwc.configs.i18n, lwcPlatform.configs.recommended],
    rules: {
      // @salesforce/i18n-service is not offered to customers' components
      '@salesforce/lightning/prefer-i18n-service': 'off',
      // crashes under ESLint 9
      '@lwc/lwc-platform/valid-offline-wire': 'off',
      // the one interval of the panel says why it may
      '@lwc/lwc-platform/no-inline-disable': 'off',
      'no-unused-vars': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/__tests__/**/*.js'],
    languageOptions: { globals: { ...globals.jest, ...globals.node } },
    rules: {
      '@lwc/lwc/no-unexpected-wire-adapter-usages': 'off',
      '@lwc/lwc/no-async-operation': 'off',
      'no-script-url': 'off',
    },
  },
);
