// Weights in several files of limited size, and the JSON file that says which has what.
import { KeyError, ValueError } from '../../../errors/errors.js';
import type { GroupToWrite } from '../hdf5/h5wasm_file.js';
import { readableSize, type StoredArray, type WeightFile } from '../../weight_file.js';
import { groupAt, type StoredObject } from '../../weights.js';

/** `x.weights.json`: by group, the file or files that have its values. */
export interface ShardingConfig {
  readonly metadata: { total_size: number };
  readonly weight_map: Record<string, string | string[]>;
}

/** Bytes in a unit of `maxShardSize`. */
const GIGABYTE = 1024 ** 3;

/** The names that a sharded file's parts begin with: `x` for `dir/x.weights.json`. */
export function baseNameOf(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/(\.weights)?\.(json|h5)$/, '');
}

/**
 * Hands over the parts one by one, as soon as they are full.
 *
 * @param limit most bytes of values in one part, in units of 2^30.
 * @returns the content of the JSON file.
 * @throws ValueError for a single value that is larger than that.
 */
export async function writeShards(
  objects: readonly StoredObject[],
  baseName: string,
  limit: number,
  write: (name: string, groups: GroupToWrite) => Promise<void>,
): Promise<ShardingConfig> {
  const most = limit * GIGABYTE;
  const config: ShardingConfig = { metadata: { total_size: 0 }, weight_map: {} };
  const nameOf = (shard: number): string =>
    `${baseName}_${String(shard).padStart(5, '0')}.weights.h5`;
  let shard = 0;
  let root: GroupToWrite = {};
  let size = 0;
  for (const object of objects) {
    let group = groupAt(root, object.group);
    group.attributes = { name: object.name };
    for (const [index, name] of object.values.entries()) {
      const array = object.read(index);
      checkSize(name, array, most);
      config.metadata.total_size += array.bytes.length;
      size += array.bytes.length;
      if (size > most) {
        await write(nameOf(shard++), root);
        root = {};
        size = array.bytes.length;
        group = groupAt(root, object.group);
      }
      (group.arrays ??= new Map()).set(name, array);
      note(config, `/${object.group}`, nameOf(shard));
    }
  }
  await write(nameOf(shard), root);
  return config;
}

function checkSize(name: string, array: StoredArray, most: number): void {
  if (array.bytes.length <= most) return;
  throw new ValueError(
    `The size of ${name} is ${readableSize(array.bytes.length)} which exceeds the maximum shard size ${readableSize(most)}. You can increase the \`max_shard_size\` parameter to accommodate the size.`,
  );
}

// As Keras: a bare name for a single value, a list as soon as there is a second one.
function note({ weight_map: map }: ShardingConfig, group: string, file: string): void {
  const known = map[group];
  if (known === undefined) map[group] = file;
  else map[group] = [...new Set([known, file].flat())];
}

/** Reads the text of the JSON file. Throws ValueError when it is none. */
export function readShardingConfig(text: string, source: string): ShardingConfig {
  try {
    const config = JSON.parse(text) as ShardingConfig | null;
    const map: unknown = config?.weight_map;
    const isMap = typeof map === 'object' && map !== null;
    if (isMap && Object.values(map).flat().every(isShardName)) return config!;
  } catch {
    // Falls through to what is said of any other file.
  }
  throw new ValueError(
    `File format not supported: filepath=${source}. It does not say which file has which weights: a \`weight_map\` has the names of files beside it.`,
  );
}

// Parts are beside their index: a path would lead elsewhere.
const isShardName = (name: unknown): boolean =>
  typeof name === 'string' && name !== '' && !/[\\/]/.test(name);

/** The names of the parts, each once. */
export function shardNames(config: ShardingConfig): string[] {
  return [...new Set(Object.values(config.weight_map).flat())];
}

/** The parts as one file. Names of values that are in no part are a KeyError. */
export class ShardedFile implements WeightFile {
  readonly #parts: readonly WeightFile[];

  constructor(parts: readonly WeightFile[]) {
    this.#parts = parts;
  }

  keys(group: string): string[] {
    return [...new Set(this.#parts.flatMap((part) => part.keys(group)))];
  }

  has(path: string): boolean {
    return this.#parts.some((part) => part.has(path));
  }

  read(path: string): StoredArray {
    const part = this.#parts.find((candidate) => candidate.has(path));
    if (!part) throw new KeyError(`Key '${path}' not found in any of the shards`);
    return part.read(path);
  }

  attribute(group: string, name: string): unknown {
    return this.#parts
      .map((part) => part.attribute(group, name))
      .find((value) => value !== undefined);
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }
}
