// The HDF5 reader, which the package does not export.
import { sourceOfBytes } from '../../build/modules/runtime/platform/byte_source.js';
import { Hdf5Reader } from '../../build/modules/saving/formats/hdf5/hdf5_reader.js';
import { readArray } from '../../build/modules/saving/stored_array.js';

export { Unsupported } from '../../build/modules/saving/formats/hdf5/file_bytes.js';

/** The file in memory. */
export const openHdf5 = (bytes) => Hdf5Reader.open(sourceOfBytes(bytes));

/** The file as one that is not in memory, read in pages of so few bytes that most objects lie across them. */
export const openInPages = (bytes, page = 48) =>
  Hdf5Reader.open(
    {
      size: bytes.length,
      read: async (start, end) => bytes.slice(start, end),
      close: async () => undefined,
    },
    { page, smallFile: 0 },
  );

/** An array of an open file. */
export const arrayAt = async (reader, path) => await readArray(await reader.find(path));
