// HDF5 by the small reader where it is enough, by the complete one where it is not.
import { NeedsCompleteReader, openHdf5 } from './hdf5_reader.js';
import type { WeightFile } from './weight_file.js';

/**
 * Runs `use` on the open file. When the small reader meets something that it cannot read, `use` is run once more with
 * the complete reader, which is imported only then; so `use` must leave nothing behind when it fails.
 */
export async function withHdf5<T>(bytes: Uint8Array, use: (file: WeightFile) => T): Promise<T> {
  try {
    return use(openHdf5(bytes));
  } catch (error) {
    if (!(error instanceof NeedsCompleteReader)) throw error;
  }
  const { openWithH5wasm } = await import('./h5wasm_file.js');
  const file = await openWithH5wasm(bytes);
  try {
    return use(file);
  } finally {
    file.close();
  }
}
