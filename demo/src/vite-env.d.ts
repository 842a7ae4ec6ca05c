/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The variant of the engine to run; `npm start` builds only one. */
  readonly VITE_VARIANT: 'auto' | 'simd';
}

/** The address of the module that runs in the engine's worker (tools/demo.mjs bundles it). */
declare module 'engine-room?url' {
  const url: string;
  export default url;
}
