// `.weights.h5` files: the weights of each object of a model, in HDF5.
import { objectWeights } from '../../object_weights.js';
import type { FileToRead, SavedWeights } from '../file_format.js';
import { openHdf5 } from './open.js';

export const readHdf5Weights = async (file: FileToRead): Promise<SavedWeights> =>
  objectWeights(await openHdf5(file));
