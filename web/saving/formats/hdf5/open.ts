// HDF5 by the small reader where it is enough, by the complete one where it is not.
import { openWithH5wasm } from './h5wasm_file.js';
import { NeedsCompleteReader } from './bytes.js';
import { openHdf5 } from './file.js';
import type { WeightFile } from '../../weight_file.js';

/**
 * Runs `use` on the open files. When the small reader meets something that it cannot read, `use` is run once more with
 * the complete reader, which is imported only then; so `use` must leave nothing behind when it fails.
 */
export async function withHdf5<T>(
  files: readonly Uint8Array[],
  use: (files: readonly WeightFile[]) => T,
): Promise<T> {
  try {
    return use(files.map(openHdf5));
  } catch (error) {
    if (!(error instanceof NeedsCompleteReader)) throw error;
  }
  const opened: WeightFile[] = [];
  try {
    for (const bytes of files) opened.push(await openWithH5wasm(bytes));
    return use(opened);
  } finally {
    for (const file of opened) file.close();
  }
}
