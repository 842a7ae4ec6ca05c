// The HDF5 reader, which the package does not export.
import { Hdf5Reader } from '../../build/modules/saving/formats/hdf5/hdf5_reader.js';

export { Unsupported } from '../../build/modules/saving/formats/hdf5/file_bytes.js';

export const openHdf5 = (bytes) => new Hdf5Reader(bytes);
