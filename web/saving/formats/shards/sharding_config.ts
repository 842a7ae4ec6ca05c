// `x.weights.json`: which file has which weights (keras/src/saving/saving_lib.py).
import { ValueError } from '../../../errors/errors.js';
import { isNameBeside } from '../read_beside.js';

export interface ShardingConfig {
  readonly metadata: { total_size: number };
  /** By group, such as `/layers/dense/vars`: the file, or the files, that have its arrays. */
  readonly weight_map: Record<string, string | string[]>;
}

/** Parses the JSON of a file that messages call `source`. ValueError for JSON that does not list files. */
export function parseShardingConfig(text: string, source: string): ShardingConfig {
  try {
    const config = JSON.parse(text) as ShardingConfig | null;
    const map: unknown = config?.weight_map;
    const isMap = typeof map === 'object' && map !== null;
    if (isMap && Object.values(map).flat().every(isNameBeside)) return config!;
  } catch {
    // The error below covers text that is not JSON.
  }
  throw new ValueError(
    `File format not supported: filepath=${source}. It does not say which file has which weights: a \`weight_map\` has the names of files beside it.`,
  );
}

/** The names of the shards, each once. */
export const shardNames = (config: ShardingConfig): string[] => [
  ...new Set(Object.values(config.weight_map).flat()),
];

/** Adds the file of an array to the entry of its group. As in Keras, the first array adds a name, a second makes a list. */
export function addShard({ weight_map: map }: ShardingConfig, group: string, file: string): void {
  const known = map[group];
  map[group] = known === undefined ? file : [...new Set([known, file].flat())];
}
