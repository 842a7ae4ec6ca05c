// Saving weights without the model, in one file or in several.
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { ValueError } from '../errors/errors.js';
import { warn } from '../errors/warnings.js';
import { writeFiles, type FileToWrite } from '../runtime/platform/write_file.js';
import { isByteTarget, nameOfTarget, type ByteTarget } from '../runtime/platform/write_stream.js';
import { bytesOf, contentOf, type FileContent } from './file_content.js';
import type { Url } from '../runtime/platform/platform_types.js';
import type { CountProgress, FileFormat, FilesToWrite } from './formats/file_format.js';
import { formatsWith, hasEnding, listEndings } from './formats/find_format.js';
import type { SaveMapping } from './name_mapping.js';
import { namedArraysOf } from './named_weights.js';
import { writeObjectWeights } from './object_weights.js';
import { uidsOf, type SavableLayer, type SavableModel } from './savable_model.js';
import { SavingSteps, type SavingOptions } from './progress.js';
import type { WeightWriter } from './weight_writer.js';
import { writeContent } from './write_content.js';

export interface SaveWeightsOptions extends SavingOptions {
  /** Whether existing files are replaced, which is an error otherwise. True by default. */
  overwrite?: boolean;
  /**
   * The largest size of the weights in one file, in gigabytes (2^30 bytes). The weights are then in several files, which
   * `x.weights.json` lists.
   */
  maxShardSize?: number | null;
  /** Layers whose weights are left out, as are the weights of the layers below them. */
  objectsToSkip?: readonly SavableLayer[] | null;
  /** By default what the path ends in, or `weights.h5` without a path. */
  format?: 'weights.h5' | 'safetensors' | 'npz';
  /** For `.safetensors` and `.npz` files: what the arrays are called in place of the paths of their weights. */
  mapping?: SaveMapping;
  /** For `.safetensors` files: strings by name that the file states about itself. */
  metadata?: Readonly<Record<string, string>>;
}

const optionNames: OptionNames<SaveWeightsOptions> = {
  overwrite: true,
  maxShardSize: true,
  objectsToSkip: true,
  format: true,
  mapping: true,
  metadata: true,
  onProgress: true,
  signal: true,
};

/**
 * Saves only the weights: as a `.weights.h5` file, with `maxShardSize` as several and a `.weights.json` file. Or as a
 * `.safetensors` or `.npz` file, when the path or `format` says so, with arrays that are called like the paths of the weights
 * (`dense/kernel`), in the order of `model.weights` in an `.npz`.
 *
 * @param target a path (Node), a stream or the handle of a file, as for `saveModel`; without one nothing is written.
 * @returns the bytes of the file; with `maxShardSize` the bytes of all files, by name; nothing for a stream.
 * @throws ValueError when the model is not built, for a path with another ending, and for options that the format lacks.
 */
export async function saveWeights(
  model: SavableModel,
  path: string | Url | undefined,
  options: SaveWeightsOptions & { maxShardSize: number },
): Promise<Record<string, Uint8Array>>;
export async function saveWeights(
  model: SavableModel,
  path?: string | Url,
  options?: SaveWeightsOptions,
): Promise<Uint8Array>;
export async function saveWeights(
  model: SavableModel,
  target: ByteTarget,
  options?: SaveWeightsOptions,
): Promise<void>;
export async function saveWeights(
  model: SavableModel,
  target?: string | Url | ByteTarget,
  options: SaveWeightsOptions = {},
): Promise<void | Uint8Array | Record<string, Uint8Array>> {
  const {
    overwrite = true,
    maxShardSize = null,
    objectsToSkip = null,
    format: name,
    mapping,
    metadata,
    ...following
  } = readOptions('saveWeights()', options, optionNames);
  if (!model.built) {
    throw new ValueError(
      'You are saving a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    );
  }
  const path = isByteTarget(target) ? nameOfTarget(target) : target;
  if (isByteTarget(target) && maxShardSize !== null)
    throw new ValueError(
      'A stream takes one file, and `maxShardSize` makes several. Save to a path, or without one.',
    );
  const skip = uidsOf(objectsToSkip);
  const format = maxShardSize === null ? formatFor(path, name) : undefined;
  if (!format?.writeArrays) refuseArrayOptions({ mapping, metadata }, path);
  const follow = new SavingSteps(following);
  if (!format) {
    const shards = { maxShardSize: maxShardSize!, overwrite, skip, follow: follow.begin() };
    return await saveShards(model, path, shards);
  }
  const make = async (): Promise<FileContent> => {
    if (!format.writeArrays)
      return objectFile(model, format.createWriter!(), skip, follow.onObject);
    const arrays = await namedArraysOf(model.raw, skip, mapping);
    return contentOf(format.writeArrays(arrays, metadata ?? {}));
  };
  if (isByteTarget(target)) return await writeContent(target, make, follow);
  follow.begin();
  // Not awaited here: calls for one path write in the order of the calls.
  const bytes = follow.made(make().then(bytesOf));
  if (path !== undefined) {
    const files = bytes.then((known) => [[path, known] as const]);
    await writeFiles(path, files, { overwrite, ...follow.writing });
  }
  return await bytes;
}

function objectFile<Result>(
  model: SavableModel,
  writer: WeightWriter<Result>,
  skip: readonly number[],
  onProgress: CountProgress,
): { readonly parts: Result; readonly release: () => void } {
  const taken = writeObjectWeights(model.raw, writer, skip, onProgress);
  try {
    return { parts: writer.finish(), release: taken.release };
  } catch (error) {
    taken.release();
    throw error;
  }
}

function formatFor(path: string | Url | undefined, name: string | undefined): FileFormat {
  const all = [...formatsWith('createWriter'), ...formatsWith('writeArrays')];
  const found =
    name !== undefined
      ? all.find((each) => each.name === name)
      : path === undefined
        ? all[0]
        : all.find((each) => hasEnding(String(path), each));
  if (found) return found;
  throw new ValueError(
    name !== undefined
      ? `\`format\` is one of ${all.map((each) => `'${each.name}'`).join(', ')}. Received: format=${String(name)}`
      : `The filename must end in ${listEndings(all)}. Received: filepath=${String(path)}`,
  );
}

function refuseArrayOptions(
  options: Pick<SaveWeightsOptions, 'mapping' | 'metadata'>,
  path: string | Url | undefined,
): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given)
    throw new ValueError(
      `\`${given[0]}\` only supports ${listEndings(formatsWith('writeArrays'))} files. Received: filepath=${String(path)}`,
    );
}

interface ShardOptions {
  readonly maxShardSize: number;
  readonly overwrite: boolean;
  readonly skip: readonly number[];
  readonly follow: SavingSteps;
}

async function saveShards(
  model: SavableModel,
  path: string | Url | undefined,
  { maxShardSize, overwrite, skip, follow }: ShardOptions,
): Promise<Record<string, Uint8Array>> {
  const format = formatsWith('createShardWriter')[0]!;
  const index = indexPath(path, format.endings[0]!);
  const nameStart = index.search(/[^\\/]*$/);
  const writer = format.createShardWriter(index.slice(nameStart), maxShardSize);
  // As a rejection: an error of `onProgress` ends the call like any other.
  const made = new Promise<FilesToWrite>((resolve) => {
    const { parts, release } = objectFile(model, writer, skip, follow.onObject);
    release();
    resolve(parts);
  });
  const files = follow.made(made);
  if (path !== undefined) {
    const folder = index.slice(0, nameStart);
    const toWrite = files.then((all) =>
      [...all].map(([name, bytes]): FileToWrite => [folder + name, bytes]),
    );
    await writeFiles(index, toWrite, { overwrite, ...follow.writing });
  }
  return Object.fromEntries(await files);
}

// As in Keras, the dot before `weights` may be missing, and the ending of a single file becomes the ending of the index.
function indexPath(path: string | Url | undefined, ending: string): string {
  if (path === undefined) return `model${ending}`;
  const given = String(path);
  const endings = [ending, ...formatsWith('createWriter').map((format) => format.endings[0]!)];
  const found = endings.map(withoutDot).find((each) => given.endsWith(each));
  if (found === undefined) {
    throw new ValueError(
      `The filename must end in \`${ending}\` when \`max_shard_size\` is specified. Received: filepath=${given}`,
    );
  }
  const index = given.slice(0, -found.length) + withoutDot(ending);
  if (index !== given)
    warn(
      `Saving sharded weights requires \`*.json\` as the extension. The original path: ${given} will be renamed to ${index}.`,
    );
  return index;
}

const withoutDot = (ending: string): string => ending.replace(/^\./, '');
