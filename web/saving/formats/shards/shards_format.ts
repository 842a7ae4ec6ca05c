// Weights in several `.weights.h5` files, which a `.weights.json` file lists.
import { readAll, sourceOfBytes } from '../../../runtime/platform/byte_source.js';
import { jsonText } from '../../json_text.js';
import { objectWeights } from '../../object_weights.js';
import type { WeightReader } from '../../weight_reader.js';
import type { FileToRead, SavedWeights } from '../file_format.js';
import { readAllBeside } from '../read_beside.js';
import { ShardReader } from './shard_reader.js';
import { parseShardingConfig, shardNames } from './sharding_config.js';

/** The first byte of a JSON object. */
export const JSON_START = 0x7b;

export async function readShards(file: FileToRead): Promise<SavedWeights> {
  const text = jsonText(await readAll(file.input), file.name);
  const names = shardNames(parseShardingConfig(text, file.name));
  const contents = await readAllBeside(file, names);
  return objectWeights(new ShardReader(await openAll(file, names, contents)));
}

async function openAll(
  file: FileToRead,
  names: readonly string[],
  contents: readonly Uint8Array[],
): Promise<WeightReader[]> {
  const opened: WeightReader[] = [];
  try {
    for (const [i, name] of names.entries())
      opened.push(await file.openWeights(sourceOfBytes(contents[i]!), name));
    return opened;
  } catch (error) {
    for (const reader of opened) reader.close();
    throw error;
  }
}
