import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['**/lib/', '**/node_modules/', 'coverage/', '.demo/', '**/.bench/', 'force-app/']),
  {
    files: ['**/*.js'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/max-params': ['error', { max: 4 }],
    },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  },
  {
    // the catalog's thread does without zod
    files: ['plugin/src/catalog/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: '@file-migration/config', message: "The catalog imports from '@file-migration/config/contract'." },
      ],
    },
  },
  {
    // chai's assertions are property reads
    files: ['test/**/*.ts', 'scripts/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.type='ThisExpression'][callee.property.name=/^(skip|timeout)$/]",
          message:
            'What a machine may lack is asked for by describeWith and itWith (test/stand-ins/machine-tools.ts); the deadline of all tests stands in .mocharc.json.',
        },
      ],
    },
  },
);
