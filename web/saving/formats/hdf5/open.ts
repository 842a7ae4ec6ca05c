// Opens HDF5 files.
import type { WeightReader } from '../../weight_reader.js';
import type { FileToRead } from '../file_format.js';
import { Hdf5Reader } from './hdf5_reader.js';

/** Opens a file. The formats that are stored in HDF5 share the reader. */
export const openHdf5 = async ({ input, readers }: FileToRead): Promise<WeightReader> => {
  let reader = readers.get('hdf5');
  if (!reader) readers.set('hdf5', (reader = await Hdf5Reader.open(input)));
  return reader;
};
