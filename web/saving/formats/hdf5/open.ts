// Opens HDF5 files.
import { readAll } from '../../../runtime/platform/byte_source.js';
import type { WeightReader } from '../../weight_reader.js';
import type { FileToRead } from '../file_format.js';
import type { Inflate } from './filters.js';
import { Hdf5Reader } from './hdf5_reader.js';

/** Opens a file. The formats that are stored in HDF5 share the reader. */
export const openHdf5 = async ({ input, readers }: FileToRead): Promise<WeightReader> => {
  let reader = readers.get('hdf5');
  if (!reader) readers.set('hdf5', (reader = await openBytes(await readAll(input))));
  return reader;
};

async function openBytes(bytes: Uint8Array): Promise<Hdf5Reader> {
  const reader = new Hdf5Reader(bytes);
  if (reader.needsInflate()) reader.useInflate(await loadInflate());
  return reader;
}

/** The library is imported only for compressed arrays. */
async function loadInflate(): Promise<Inflate> {
  const { unzlibSync } = await import('fflate');
  return (packed, size) => unzlibSync(packed, { out: new Uint8Array(size) });
}
