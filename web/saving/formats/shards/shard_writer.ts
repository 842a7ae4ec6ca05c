// Writes weights to several files of limited size, and an index.
import { ValueError } from '../../../errors/errors.js';
import { readableSize } from '../../size_limits.js';
import type { ArrayToWrite } from '../../stored_array.js';
import type { AttributeName } from '../../weight_reader.js';
import type { AttributeValue, WeightWriter } from '../../weight_writer.js';
import type { FilesToWrite } from '../file_format.js';
import { Hdf5Writer } from '../hdf5/hdf5_writer.js';
import { addShard, type ShardingConfig } from './sharding_config.js';

/** Bytes in a unit of `maxShardSize`. */
const GIGABYTE = 1024 ** 3;

interface Shard {
  readonly name: string;
  readonly writer: Hdf5Writer;
}

export class ShardWriter implements WeightWriter<FilesToWrite> {
  readonly #index: string;
  readonly #limit: number;
  readonly #shards: Shard[] = [];
  readonly #config: ShardingConfig = { metadata: { total_size: 0 }, weight_map: {} };
  /** Bytes in the last shard. */
  #size = 0;

  /**
   * @param index the name of the index, such as `x.weights.json`.
   * @param maxShardSize the largest size of the arrays in one file, in units of 2^30 bytes.
   */
  constructor(index: string, maxShardSize: number) {
    this.#index = index;
    this.#limit = maxShardSize * GIGABYTE;
    this.#startShard();
  }

  attribute(group: string, name: AttributeName, value: AttributeValue): void {
    this.#shards.at(-1)!.writer.attribute(group, name, value);
  }

  /** Throws ValueError for an array that is larger than a shard may be. */
  write(path: string, array: ArrayToWrite): void {
    const size = array.bytes.length;
    const nameStart = path.lastIndexOf('/') + 1;
    if (size > this.#limit)
      throw new ValueError(
        `The size of ${path.slice(nameStart)} is ${readableSize(size)} which exceeds the maximum shard size ${readableSize(this.#limit)}. You can increase the \`max_shard_size\` parameter to accommodate the size.`,
      );
    if (this.#size + size > this.#limit) this.#startShard();
    this.#size += size;
    this.#config.metadata.total_size += size;
    const { name, writer } = this.#shards.at(-1)!;
    writer.write(path, array);
    addShard(this.#config, `/${path.slice(0, nameStart - 1)}`, name);
  }

  /** The shards and, last, the index: once it is written, all files that it lists exist. */
  finish(): FilesToWrite {
    const files = new Map<string, Uint8Array>();
    for (const { name, writer } of this.#shards) files.set(name, writer.finish().join());
    const index = JSON.stringify(this.#config, null, 4);
    return files.set(this.#index, new TextEncoder().encode(index));
  }

  #startShard(): void {
    const number = String(this.#shards.length).padStart(5, '0');
    const base = this.#index.replace(/(\.weights)?\.json$/, '');
    this.#shards.push({ name: `${base}_${number}.weights.h5`, writer: new Hdf5Writer() });
    this.#size = 0;
  }
}
