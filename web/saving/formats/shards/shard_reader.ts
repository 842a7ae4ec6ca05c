// Several files of weights as one.
import { KeyError } from '../../../errors/errors.js';
import type { ArrayToRead } from '../../stored_array.js';
import type { AttributeName, WeightReader } from '../../weight_reader.js';

export class ShardReader implements WeightReader {
  readonly #shards: readonly WeightReader[];

  /** Takes over the readers: `close()` closes them. */
  constructor(shards: readonly WeightReader[]) {
    this.#shards = shards;
  }

  async has(path: string): Promise<boolean> {
    return (await this.#shardWith(path)) !== undefined;
  }

  async keys(group: string): Promise<string[]> {
    const names = new Set<string>();
    for (const shard of this.#shards) for (const name of await shard.keys(group)) names.add(name);
    return [...names];
  }

  async find(path: string): Promise<ArrayToRead> {
    const found = await this.#shardWith(path);
    if (!found) throw new KeyError(`Key '${path}' not found in any of the shards`);
    return await found.find(path);
  }

  async attribute(group: string, name: AttributeName): Promise<unknown> {
    for (const shard of this.#shards) {
      const value = await shard.attribute(group, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  async #shardWith(path: string): Promise<WeightReader | undefined> {
    for (const shard of this.#shards) if (await shard.has(path)) return shard;
    return undefined;
  }

  close(): void {
    for (const shard of this.#shards) shard.close();
  }
}
