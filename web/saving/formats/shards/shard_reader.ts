// Several files of weights as one.
import { KeyError } from '../../../errors/errors.js';
import type { StoredArray } from '../../stored_array.js';
import type { AttributeName, WeightReader } from '../../weight_reader.js';

export class ShardReader implements WeightReader {
  readonly #shards: readonly WeightReader[];

  /** Takes over the readers: `close()` closes them. */
  constructor(shards: readonly WeightReader[]) {
    this.#shards = shards;
  }

  has(path: string): boolean {
    return this.#shards.some((shard) => shard.has(path));
  }

  keys(group: string): string[] {
    return [...new Set(this.#shards.flatMap((shard) => shard.keys(group)))];
  }

  read(path: string): StoredArray {
    const found = this.#shards.find((shard) => shard.has(path));
    if (!found) throw new KeyError(`Key '${path}' not found in any of the shards`);
    return found.read(path);
  }

  attribute(group: string, name: AttributeName): unknown {
    return this.#shards
      .map((shard) => shard.attribute(group, name))
      .find((value) => value !== undefined);
  }

  close(): void {
    for (const shard of this.#shards) shard.close();
  }
}
