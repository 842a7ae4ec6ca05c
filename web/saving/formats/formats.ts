// The file formats. A new one is a folder here and a line in this list (CONTRIBUTING.md, "Add a file format").
import { ZIP_MAGIC } from '../zip/archive.js';
import type { FileFormat } from './file_format.js';
import { readHdf5Weights } from './hdf5/hdf5_format.js';
import { Hdf5Writer } from './hdf5/hdf5_writer.js';
import { HDF5_MAGIC } from './hdf5/superblock.js';
import { readKerasModel, readKerasWeights, writeKerasModel } from './keras/keras_format.js';
import {
  readLegacyModel,
  readLegacyWeights,
  writeLegacyModel,
} from './legacy_h5/legacy_h5_format.js';
import { NPY_MAGIC } from '../npy/npy.js';
import { readNpz, refuseNpy, writeNpz } from './npz/npz_format.js';
import { writeOnnx } from './onnx/onnx_format.js';
import { isSafetensors, readSafetensors } from './safetensors/safetensors_format.js';
import { writeSafetensors } from './safetensors/safetensors_writer.js';
import { JSON_START, readShards } from './shards/shards_format.js';
import { readTfjsModel, readTfjsWeights } from './tfjs/tfjs_format.js';
import { writeTfjs } from './tfjs/write/tfjs_writer.js';
import { ShardWriter } from './shards/shard_writer.js';

const isJson = (head: Uint8Array): boolean => head[0] === JSON_START && !isSafetensors(head);

/**
 * All formats. Where several have the same magic bytes, the first that recognizes the file reads it. The first format is
 * the one in which models are saved by default.
 */
export const formats: readonly FileFormat[] = [
  {
    name: 'keras',
    endings: ['.keras'],
    magic: ZIP_MAGIC,
    readModel: readKerasModel,
    readWeights: readKerasWeights,
    writeModel: writeKerasModel,
  },
  {
    name: 'h5',
    endings: ['.h5', '.hdf5'],
    magic: HDF5_MAGIC,
    makesFolders: true,
    readModel: readLegacyModel,
    readWeights: readLegacyWeights,
    writeModel: writeLegacyModel,
  },
  {
    name: 'weights.h5',
    endings: ['.weights.h5'],
    magic: HDF5_MAGIC,
    readWeights: readHdf5Weights,
    createWriter: () => new Hdf5Writer(),
  },
  {
    name: 'tfjs',
    endings: ['.json'],
    isIndex: true,
    magic: isJson,
    readModel: readTfjsModel,
    readWeights: readTfjsWeights,
    writeFiles: writeTfjs,
  },
  {
    name: 'weights.json',
    endings: ['.weights.json'],
    isIndex: true,
    magic: isJson,
    readWeights: readShards,
    createShardWriter: (index, maxShardSize) => new ShardWriter(index, maxShardSize),
  },
  {
    name: 'safetensors',
    endings: ['.safetensors'],
    magic: isSafetensors,
    readWeights: readSafetensors,
    writeArrays: writeSafetensors,
  },
  {
    name: 'npz',
    endings: ['.npz'],
    magic: ZIP_MAGIC,
    readWeights: readNpz,
    writeArrays: writeNpz,
  },
  {
    name: 'onnx',
    endings: ['.onnx'],
    magic: () => false, // only written
    writeFiles: writeOnnx,
  },
  { name: 'npy', endings: ['.npy'], magic: NPY_MAGIC, readWeights: refuseNpy },
];
