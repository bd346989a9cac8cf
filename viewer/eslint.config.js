import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The modules that touch the page, the network or the clock; all others are pure, and tested without a page. */
const SHELLS = [
  'main',
  'connect/connection',
  'connect/hub',
  'connect/lease',
  'connect/link',
  'connect/shared-worker',
  'find/finder',
  'find/worker',
  'list/area',
  'list/clicks',
  'list/content',
  'list/frames',
  'list/hand',
  'list/list',
  'list/marks',
  'list/painter',
  'list/probe',
  'list/row',
  'list/stage',
  'list/tree',
  'page/elements',
  'page/focus',
  'page/idle',
  'page/keyboard',
  'page/preferences',
  'page/theme',
  'panels/*',
  'take/clipboard',
  'take/file',
  'take/native',
  'take/takeaway',
  'view/address',
  'view/desk',
  'view/linked-line',
].map((name) => `src/${name}.ts`);

const IMPURE_GLOBALS = [
  'document',
  'fetch',
  'localStorage',
  'location',
  'navigator',
  'performance',
  'requestAnimationFrame',
  'setInterval',
  'setTimeout',
  'SharedWorker',
  'WebSocket',
  'window',
];

export default defineConfig(
  { ignores: ['dist/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // tsconfig asks for brackets where the keys of an object are not known.
      '@typescript-eslint/dot-notation': 'off',
      // Log text becomes text nodes and nothing else.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]',
          message: 'No HTML from text.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: SHELLS,
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The time is an argument.' },
        { object: 'Math', property: 'random', message: 'Chance is an argument.' },
      ],
    },
  },
);
