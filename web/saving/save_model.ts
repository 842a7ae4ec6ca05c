// Writing files that Keras opens: `.keras`, legacy `.h5`, and weights alone.
import { KerasTypeError, ValueError } from '../errors/errors.js';
import type { Layer } from '../layers/layer.js';
import type { Model } from '../models/model.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { writeFiles, type FileToWrite, type WriteOptions } from '../runtime/platform/write_file.js';
import { warn } from '../errors/warnings.js';
import { bytesOf, writeArchive } from './formats/keras/archive.js';
import { collectAssets } from './assets.js';
import { KERAS_VERSION } from './format.js';
import { writeHdf5 } from './formats/hdf5/h5wasm_file.js';
import { legacyGroups } from './formats/legacy_h5/legacy_h5.js';
import { addOptimizerState } from './optimizer_state.js';
import { saving } from './raw_saving.js';
import { baseNameOf, writeShards } from './formats/shards/shards.js';
import { collectWeights, withStoredObjects } from './weights.js';
import type { Url } from '../runtime/platform_types.js';

export interface SaveOptions {
  /** Whether a file that is there already is replaced. True by default; otherwise it is an error. */
  overwrite?: boolean;
  /** `keras` or the legacy `h5`; by default what the path ends in, or `keras` without a path. */
  format?: 'keras' | 'h5';
  /** Whether an `.h5` file tells how the model was compiled. True by default. */
  includeOptimizer?: boolean;
}

export interface SaveWeightsOptions {
  /** Whether files that are there already are replaced. True by default; otherwise it is an error. */
  overwrite?: boolean;
  /**
   * Most gigabytes (2^30 bytes) of weights in one file: there are several then, and `x.weights.json` says which has
   * what.
   */
  maxShardSize?: number | null;
  /** Layers whose weights, and those of the layers below them, are left out. */
  objectsToSkip?: readonly Layer[] | null;
}

const saveWeightsOptions: OptionNames<SaveWeightsOptions> = {
  overwrite: true,
  maxShardSize: true,
  objectsToSkip: true,
};

const nameOf = (path: string | Url | undefined): string => String(path ?? '');

/**
 * Saves a model as a `.keras` file: config, weights, and how it was compiled. Or as a legacy `.h5` file, when the path
 * or `format` says so.
 *
 * @param path where to write it (Node); without one nothing is written.
 * @returns the bytes of the file.
 * @throws ValueError for a path of another kind and for options that there are not.
 */
export async function saveModel(
  model: Model,
  path?: string | Url,
  given: SaveOptions = {},
): Promise<Uint8Array> {
  const options = readSaveOptions(path, given);
  const { overwrite = true, includeOptimizer = true } = options;
  const format = formatOf(path, options);
  const bytes = format === 'h5' ? legacyFile(model, includeOptimizer) : archiveOf(model);
  if (path !== undefined) await write(path, bytes, { overwrite, folders: format === 'h5' });
  return await bytes;
}

const write = (
  path: string | Url,
  bytes: Promise<Uint8Array>,
  options: WriteOptions,
): Promise<void> =>
  writeFiles(
    path,
    bytes.then((known) => [[path, known]]),
    options,
  );

const optionNames: OptionNames<SaveOptions & { saveFormat?: unknown }> = {
  overwrite: true,
  format: true,
  includeOptimizer: true,
  saveFormat: true,
};

function readSaveOptions(path: string | Url | undefined, given: SaveOptions): SaveOptions {
  const { saveFormat: former, ...options } = readOptions<SaveOptions & { saveFormat?: unknown }>(
    'save()',
    given,
    optionNames,
    (unknown) =>
      `The following argument(s) are not supported: [${unknown.map((name) => `'${name}'`).join(', ')}]`,
  );
  if (former) {
    const message = 'The `save_format` argument is deprecated in Keras 3. ';
    if (!hasPlainName(path))
      throw new ValueError(
        `${message}Please remove this argument and pass a file path with either \`.keras\` or \`.h5\` extension. Received: save_format=${String(former)}`,
      );
    warn(
      `${message}We recommend removing this argument as it can be inferred from the file path. Received: save_format=${String(former)}`,
    );
  }
  return options;
}

const isLegacyName = (path: string | Url | undefined): boolean => /\.(h5|hdf5)$/.test(nameOf(path));
const hasPlainName = (path: string | Url | undefined): boolean =>
  isLegacyName(path) || path === undefined || nameOf(path).endsWith('.keras');

function formatOf(path: string | Url | undefined, options: SaveOptions): 'keras' | 'h5' {
  if (!hasPlainName(path) && !options.format)
    throw new ValueError(
      `Invalid filepath extension for saving. Please add either a \`.keras\` extension for the native Keras format (recommended) or a \`.h5\` extension. Received: filepath=${nameOf(path)}.`,
    );
  return options.format ?? (isLegacyName(path) ? 'h5' : 'keras');
}

// As Python's "%Y-%m-%d@%H:%M:%S".
const stamp = (date: Date): string => date.toISOString().slice(0, 19).replace('T', '@');

async function archiveOf(model: Model): Promise<Uint8Array> {
  if (!model.built)
    warn(
      'You are saving a model that has not yet been built. It might not contain any weights yet. Consider building the model first by calling it on some data.',
    );
  const weights = await collectWeights(model.raw);
  addOptimizerState(model, weights);
  const date = new Date();
  const config = saving().savingConfig(model.raw);
  const metadata = `{"keras_version": "${KERAS_VERSION}", "date_saved": "${stamp(date)}"}`;
  return writeArchive(
    {
      'metadata.json': bytesOf(metadata),
      'config.json': bytesOf(config),
      'model.weights.h5': await writeHdf5(weights),
      ...(await collectAssets(model.raw)),
    },
    date,
  );
}

async function legacyFile(model: Model, includeOptimizer: boolean): Promise<Uint8Array> {
  warn(
    "You are saving your model as an HDF5 file via `model.save()` or `keras.saving.save_model(model)`. This file format is considered legacy. We recommend using instead the native Keras format, e.g. `model.save('my_model.keras')` or `keras.saving.save_model(model, 'my_model.keras')`. ",
  );
  return await writeHdf5(legacyGroups(model.raw, includeOptimizer));
}

/**
 * Saves only the weights, as a `.weights.h5` file; with `maxShardSize` as several, and a `.weights.json` file.
 *
 * @returns the bytes of the file; with `maxShardSize` those of all files, by name.
 * @throws ValueError when the model is not built, or for a path that does not end in `.weights.h5`.
 */
export async function saveWeights(
  model: Model,
  path: string | Url | undefined,
  options: SaveWeightsOptions & { maxShardSize: number },
): Promise<Record<string, Uint8Array>>;
export async function saveWeights(
  model: Model,
  path?: string | Url,
  options?: SaveWeightsOptions,
): Promise<Uint8Array>;
export async function saveWeights(
  model: Model,
  path?: string | Url,
  options: SaveWeightsOptions = {},
): Promise<Uint8Array | Record<string, Uint8Array>> {
  const {
    overwrite = true,
    maxShardSize = null,
    objectsToSkip = null,
  } = readOptions('saveWeights()', options, saveWeightsOptions);
  if (!model.built) {
    throw new ValueError(
      'You are saving a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    );
  }
  const skip = uidsOf(objectsToSkip);
  if (maxShardSize !== null) return await saveShards(model, path, maxShardSize, overwrite, skip);
  if (path !== undefined && !nameOf(path).endsWith('.weights.h5')) {
    throw new ValueError(
      `The filename must end in \`.weights.h5\`. Received: filepath=${nameOf(path)}`,
    );
  }
  const bytes = collectWeights(model.raw, skip).then(writeHdf5);
  if (path !== undefined) await write(path, bytes, { overwrite });
  return await bytes;
}

async function saveShards(
  model: Model,
  path: string | Url | undefined,
  maxShardSize: number,
  overwrite: boolean,
  skip: readonly number[],
): Promise<Record<string, Uint8Array>> {
  if (path !== undefined && !/weights\.(h5|json)$/.test(nameOf(path))) {
    throw new ValueError(
      `The filename must end in \`.weights.json\` when \`max_shard_size\` is specified. Received: filepath=${nameOf(path)}`,
    );
  }
  const index = nameOf(path ?? 'model.weights.json').replace(/\.h5$/, '.json');
  if (path !== undefined && nameOf(path) !== index)
    warn(
      `Saving sharded weights requires \`*.json\` as the extension. The original path: ${nameOf(path)} will be renamed to ${index}.`,
    );
  const folder = index.slice(0, index.length - index.replace(/^.*[\\/]/, '').length);
  const shards = shardsOf(model, index.slice(folder.length), maxShardSize, skip);
  if (path !== undefined) {
    const files = shards.then((all) =>
      all.map(([name, bytes]): FileToWrite => [folder + name, bytes]),
    );
    await writeFiles(index, files, { overwrite });
  }
  return Object.fromEntries(await shards);
}

// The index comes last: a file that lists parts is written when they are there.
async function shardsOf(
  model: Model,
  index: string,
  maxShardSize: number,
  skip: readonly number[],
): Promise<[name: string, bytes: Uint8Array][]> {
  const files: [string, Uint8Array][] = [];
  const config = await withStoredObjects(model.raw, skip, (objects) =>
    writeShards(objects, baseNameOf(index), maxShardSize, async (name, groups) => {
      files.push([name, await writeHdf5(groups)]);
    }),
  );
  return [...files, [index, bytesOf(JSON.stringify(config, null, 4))]];
}

/** The core's numbers of layers. @internal */
export function uidsOf(layers: readonly Layer[] | null | undefined): number[] {
  return (layers ?? []).map((layer) => {
    if (typeof layer?.uid !== 'number')
      throw new KerasTypeError(`objectsToSkip lists layers. Received: ${String(layer)}`);
    return layer.uid;
  });
}
