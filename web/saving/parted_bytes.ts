// The bytes of a file in parts, so that weights are copied once: from the engine's memory to their place in the file.
import { BLOCK_BYTES } from '../runtime/platform/byte_source.js';
import { RuntimeError } from '../errors/errors.js';
import { readableSize } from './size_limits.js';

/** Bytes in memory, or a function that returns a view of them, which is valid until the next wait. */
export type Part = Uint8Array | LazyPart;

export interface LazyPart {
  readonly length: number;
  readonly view: () => Uint8Array;
}

const viewOf = (part: Part): Uint8Array => ('view' in part ? part.view() : part);

export class PartedBytes {
  readonly #parts: Part[] = [];
  #length = 0;

  constructor(parts: Iterable<Part> = []) {
    for (const part of parts) this.add(part);
  }

  get length(): number {
    return this.#length;
  }

  add(part: Part): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }

  /** Appends all parts of `bytes`, which must not change afterwards. */
  addAll(bytes: PartedBytes): this {
    for (const part of bytes.#parts) this.add(part);
    return this;
  }

  /** Views of the parts, in order. */
  *views(): Generator<Uint8Array> {
    for (const part of this.#parts) yield viewOf(part);
  }

  /** Copies of all bytes in blocks. Values may move in the engine's memory between them. */
  *blocks(): Generator<Uint8Array<ArrayBuffer>> {
    let left = this.#length;
    let block = new Uint8Array(Math.min(BLOCK_BYTES, left));
    let filled = 0;
    for (const part of this.#parts)
      for (let at = 0; at < part.length;) {
        const count = Math.min(part.length - at, block.length - filled);
        block.set(viewOf(part).subarray(at, at + count), filled);
        at += count;
        filled += count;
        left -= count;
        if (filled < block.length) continue;
        yield block;
        block = new Uint8Array(Math.min(BLOCK_BYTES, left));
        filled = 0;
      }
  }

  /** All bytes. Throws RuntimeError for more than an array can have, before memory is taken. */
  join(): Uint8Array<ArrayBuffer> {
    const all = allocate(this.#length);
    let at = 0;
    for (const view of this.views()) {
      all.set(view, at);
      at += view.length;
    }
    return all;
  }
}

function allocate(length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw Object.assign(
      new RuntimeError(
        `A file of ${readableSize(length)} does not fit into an array of bytes here. \`saveWeights()\` with \`maxShardSize\` makes several smaller files.`,
      ),
      { cause },
    );
  }
}
