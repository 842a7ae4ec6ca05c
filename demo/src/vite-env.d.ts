/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The variant of the engine to run; `npm start` builds only one. */
  readonly VITE_VARIANT: 'auto' | 'simd';
}
