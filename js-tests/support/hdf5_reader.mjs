// The small HDF5 reader, which the package does not export.
import { SmallReader } from '../../build/modules/saving/formats/hdf5/small_reader.js';

export { NeedsCompleteReader } from '../../build/modules/saving/formats/hdf5/file_bytes.js';

export const openHdf5 = (bytes) => new SmallReader(bytes);
