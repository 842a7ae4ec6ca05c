// Saving weights without the model, in one file or in several.
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { ValueError } from '../errors/errors.js';
import { warn } from '../errors/warnings.js';
import { writeFiles, type FileToWrite } from '../runtime/platform/write_file.js';
import type { Url } from '../runtime/platform/platform_types.js';
import type { FileFormat } from './formats/file_format.js';
import { formatsWith, hasEnding, listEndings } from './formats/find_format.js';
import type { SaveMapping } from './name_mapping.js';
import { namedArraysOf } from './named_weights.js';
import { writeObjectWeights } from './object_weights.js';
import { uidsOf, type SavableLayer, type SavableModel } from './savable_model.js';
import { SavingSteps, type SavingOptions } from './progress.js';
import type { WeightWriter } from './weight_writer.js';

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
 * @returns the bytes of the file; with `maxShardSize` the bytes of all files, by name.
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
  path?: string | Url,
  options: SaveWeightsOptions = {},
): Promise<Uint8Array | Record<string, Uint8Array>> {
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
  const skip = uidsOf(objectsToSkip);
  const format = maxShardSize === null ? formatFor(path, name) : undefined;
  if (!format?.writeArrays) refuseArrayOptions({ mapping, metadata }, path);
  const follow = new SavingSteps(following);
  if (!format)
    return await saveShards(model, path, { maxShardSize: maxShardSize!, overwrite, skip, follow });
  // Not awaited here: calls for one path write in the order of the calls.
  const bytes = follow.made(
    format.writeArrays
      ? namedArraysOf(model.raw, skip, mapping).then((all) =>
          format.writeArrays!(all, metadata ?? {}),
        )
      : objectFile(model, format.createWriter!(), skip, follow),
  );
  if (path !== undefined) {
    const files = bytes.then((known) => [[path, known] as const]);
    await writeFiles(path, files, { overwrite, ...follow.writing });
  }
  return await bytes;
}

function objectFile(
  model: SavableModel,
  writer: WeightWriter,
  skip: readonly number[],
  follow: SavingSteps,
): Promise<Uint8Array> {
  // As a rejection: an error of `onProgress` ends the call like any other.
  return new Promise((resolve) => {
    const taken = writeObjectWeights(model.raw, writer, skip, follow.onObject);
    resolve(writer.finish().finally(() => taken.release()));
  });
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
  const taken = writeObjectWeights(model.raw, writer, skip, follow.onObject);
  const files = follow.made(writer.finish().finally(() => taken.release()));
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
