// The reader of HDF5, which the package does not export.
export { openHdf5 } from '../../build/modules/saving/formats/hdf5/file.js';
export { NeedsCompleteReader } from '../../build/modules/saving/formats/hdf5/bytes.js';
