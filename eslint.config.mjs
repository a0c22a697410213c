import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import layers from './bin/lint/layers.mjs';
import tensorDocs from './bin/lint/tensor-docs.mjs';

const node = Object.fromEntries(
  [
    'process',
    'console',
    'Buffer',
    'URL',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'performance',
    'fetch',
    'AbortSignal',
    'require',
    'module',
    '__dirname',
  ].map((name) => [name, 'readonly']),
);

const page = Object.fromEntries(
  ['window', 'document', 'TextEncoder', 'Blob'].map((name) => [name, 'readonly']),
);

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/dist.new/',
      'build/',
      '.venv/',
      '.setup/',
      '*.tmp.js',
      'bin/book/*.js',
      'lib/example/page.bundle.js',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['bin/**/*.mjs', 'bin/**/*.cjs', 'lib/*.cjs', 'lib/example/*.{cjs,mjs}', '*.mjs'],
    languageOptions: { globals: node },
  },
  {
    files: [
      'bin/live/page.mjs',
      'bin/live/jupyterlab.js',
      'bin/live/node.cjs',
      'lib/example/{page.js,backend.cjs,node.cjs}',
    ],
    languageOptions: { globals: { ...node, ...page } },
  },
  {
    files: ['lib/**/*.ts', 'test/**/*.ts'],
    extends: [...tseslint.configs.strict],
    plugins: { course: { rules: { layers, 'tensor-docs': tensorDocs } } },
    languageOptions: {
      parserOptions: {
        project: ['./lib/tsconfig.json', './test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }], // { a: _, ...rest } is how a field is left out
      '@typescript-eslint/no-non-null-assertion': 'off', // index access in loops whose bounds are checked
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-require-imports': 'off', // modules that may be absent are loaded where they are used
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  { files: ['lib/**/*.ts'], rules: { 'course/layers': 'error', 'course/tensor-docs': 'error' } },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } }, // node:test's test() returns a promise nobody awaits
);
