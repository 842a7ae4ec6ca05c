// The reader of HDF5, which the package does not export.
export { openHdf5 } from '../../dist/saving/hdf5/file.js';
export { NeedsCompleteReader } from '../../dist/saving/hdf5/bytes.js';
