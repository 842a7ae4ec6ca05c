// Opens HDF5 files with the small reader, or with the complete one where that is not enough.
import { readAll } from '../../../runtime/platform/byte_source.js';
import type { WeightReader } from '../../weight_reader.js';
import type { FileToRead } from '../file_format.js';
import { openCompleteReader } from './complete_reader.js';
import { NeedsCompleteReader } from './file_bytes.js';
import { SmallReader } from './small_reader.js';

/** Opens a file. The formats that are stored in HDF5 share the reader. */
export const openHdf5 = async ({ input, readers }: FileToRead): Promise<WeightReader> => {
  let reader = readers.get('hdf5');
  if (!reader) readers.set('hdf5', (reader = await chooseReader(await readAll(input))));
  return reader;
};

async function chooseReader(bytes: Uint8Array): Promise<WeightReader> {
  try {
    const reader = new SmallReader(bytes);
    reader.survey();
    return reader;
  } catch (error) {
    if (!(error instanceof NeedsCompleteReader)) throw error;
    return await openCompleteReader(bytes);
  }
}
