import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { architecture } from './eslint.architecture.js';

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '.build/', '**/.cache/', 'models/registry/', 'models/build/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An async function may be there for its interface; a value may be printed as it is.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // React's event handlers may be async; their rejections still have to be handled (no-floating-promises).
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // Its advice on generic calls would type tfjs's `data<…>()` by a cast in disguise.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      eqeqeq: ['error', 'smart'],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', '**/src/testing/**', 'tests/**/*.ts'],
    rules: {
      // Tests pass on what comes from outside of the type system: JSON of answers, values of a page.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
    },
  },
  {
    // The service logs through pino, the page shows its errors.
    files: ['api-service/src/**/*.ts', 'frontend/src/**/*.{ts,tsx}'],
    ignores: ['**/*.cli.ts', '**/*.spec.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['frontend/src/**/*.ts', 'frontend/src/**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['*.js', 'scripts/**/*.js', 'tests/**/*.js', 'models/**/*.js'],
    languageOptions: { globals: nodeGlobals() },
  },
  {
    // What waits for a network has a limit, which all of the page's requests get in one file.
    files: ['frontend/src/**/*.ts', 'frontend/src/**/*.tsx'],
    ignores: ['**/*.spec.ts', '**/*.spec.tsx', '**/src/testing/**', 'frontend/src/api/request-policy.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket'].map((name) => ({
          name,
          message: 'Requests go through frontend/src/api/request-policy.ts: it limits how long they wait.',
        })),
      ],
    },
  },
  {
    files: ['models/{recognition,training}/src/**/*.ts', 'api-service/src/**/*.ts', 'frontend/src/**/*.{ts,tsx}'],
    // config.ts is the service's one reader; a command reads its own; backend.ts hands a setting to libtensorflow,
    // which reads nothing else.
    ignores: [
      'api-service/src/config.ts',
      '**/*.cli.ts',
      'models/recognition/src/bundle/backend.ts',
      'models/training/src/terminal/options.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only api-service/src/config.ts reads the environment.' },
        ...['window', 'globalThis', 'self'].flatMap((object) =>
          ['fetch', 'XMLHttpRequest'].map((property) => ({ object, property, message: 'Call it by its own name.' })),
        ),
        {
          object: 'crypto',
          property: 'randomUUID',
          message: 'Over http, browsers lack it: random-id.ts has another way.',
        },
      ],
      'no-restricted-imports': ['error', { name: 'node:process', importNames: ['env'] }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { architecture },
    rules: { 'architecture/arrows': 'error', 'architecture/no-barrel-files': 'error' },
  },
);

function nodeGlobals() {
  const names = [
    'process',
    'console',
    'URL',
    'fetch',
    'setTimeout',
    'setInterval',
    'clearInterval',
    'FormData',
    'Blob',
  ];
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}
