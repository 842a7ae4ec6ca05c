// The rules of `npm run lint`: TypeScript is linted with its types, scripts more lightly.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Names that Node, pages and workers define.
const globals = [
  'AbortController AbortSignal Blob Buffer DataTransfer DecompressionStream DragEvent Event File FinalizationRegistry',
  'FormData ImageData MessageChannel PointerEvent Request Response SharedArrayBuffer TextDecoder TextEncoder URL URLSearchParams',
  'WeakRef WebAssembly Worker addEventListener atob btoa clearInterval clearTimeout console crossOriginIsolated crypto',
  'document fetch gc getComputedStyle globalThis innerHeight innerWidth location navigator performance postMessage process',
  'queueMicrotask requestAnimationFrame self setImmediate setInterval setTimeout structuredClone window',
].flatMap((names) => names.split(' '));

export default defineConfig(
  globalIgnores(['**/build/', '**/dist/', '**/fixtures/', 'demo/models/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['web/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // Messages show what users passed in, whatever it is.
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
  {
    // The boundary calls functions of any type, and gives untyped values their types.
    files: ['web/boundary/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  {
    // The generator states options without members, and properties that the core defines, in interfaces.
    files: ['web/layers/generated.ts', 'web/families/*.ts'],
    rules: {
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'always' }],
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
    },
  },
  {
    // Properties defined on the prototype, which subclasses may have as another kind of member.
    files: ['web/layers/layer.ts'],
    rules: { '@typescript-eslint/no-unsafe-declaration-merging': 'off' },
  },
  {
    // Parameters whose types the rows of operations do not state yet.
    files: ['web/ops/generated.ts', 'web/families/activations.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  {
    files: ['demo/src/**/*.ts'],
    extends: [tseslint.configs.recommended],
    rules: { '@typescript-eslint/consistent-type-imports': 'error' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: Object.fromEntries(globals.map((name) => [name, 'readonly'])) },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-undef': 'error',
      // Parameters are part of the signatures that tests are about.
      'no-unused-vars': [
        'error',
        { args: 'none', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'prefer-const': 'error',
    },
  },
);
