// Loads h5wasm, the HDF5 library: large, and imported only when needed.
import type * as H5 from 'h5wasm';

export type Library = typeof H5;

let loading: Promise<Library> | undefined;
let files = 0;

/** The library, once its WebAssembly has started. */
export async function loadLibrary(): Promise<Library> {
  loading ??= import('h5wasm').then(async (library) => {
    await library.ready;
    return library;
  });
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** Starts a new instance for the next file, since a trap has left this one inconsistent. */
export function abandonLibrary(): void {
  loading = undefined;
}

/** A new name in the library's in-memory file system, which holds files while they are open. */
export const newFileName = (): string => `keras-${files++}.h5`;

/** The library's in-memory file system. */
export function fileSystem(library: Library): NonNullable<Library['FS']> {
  if (library.FS === null) throw new Error('h5wasm has no file system');
  return library.FS;
}
