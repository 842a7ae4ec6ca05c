// The elements of a tensor, in the core's memory, in JavaScript's memory, or in both. Finalizers free the core's memory
// only between tasks, so that a loop of computations would fill it; JavaScript's memory is reclaimed at any time.

import { core, isIdle } from '../boundary/core.js';
import { sizeOf } from './data.js';
import { currentEngine, perEngine } from '../boundary/engine.js';
import { writeSpec } from '../boundary/scratch_buffer.js';
import type { RawTensor } from '../boundary/raw.js';
import { uploadStrings } from './strings.js';
import type { DType } from '../base/config.js';

interface Described {
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
}

/** The finalizer's reference to a content; null once its elements have left the core. */
export interface Freed {
  content: TensorContent | null;
}

/** The elements of one tensor. */
export class TensorContent {
  readonly freed: Freed;
  #raw: RawTensor | null;
  #bytes: Uint8Array | null;
  #engine = currentEngine();
  readonly #info: Described;

  constructor(content: RawTensor | Uint8Array, info: Described) {
    this.#raw = content instanceof Uint8Array ? null : content;
    this.#bytes = content instanceof Uint8Array ? content : null;
    this.#info = info;
    this.freed = { content: this.#raw && this };
  }

  /** The elements in JavaScript's memory, as the core stores them; null when they are only in the core. */
  get bytes(): Uint8Array | null {
    return this.#bytes;
  }

  /** Whether the elements were in an engine that has stopped. */
  get isLost(): boolean {
    return this.#bytes === null && this.#engine !== currentEngine();
  }

  /** The handle, created from the bytes if needed; null when the elements were in an engine that has stopped. */
  get raw(): RawTensor | null {
    if (this.#engine !== currentEngine()) this.#raw = null;
    if (this.#raw === null && this.#bytes !== null) this.#upload(this.#bytes);
    return this.#raw;
  }

  #upload(bytes: Uint8Array): void {
    this.#raw = uploaded(bytes, this.#info.shape as readonly number[], this.#info.dtype);
    this.freed.content = this;
    this.#engine = currentEngine();
    this.trackOnce();
  }

  /** Registers the content with makeRoom(). */
  trackOnce(): void {
    const own = residents();
    if (own.contents.has(this)) return;
    const shape = this.#info.shape as readonly number[];
    const size = overhead + (this.#bytes?.length ?? 4 * sizeOf(shape));
    own.contents.set(this, size);
    own.bytes += size;
  }

  #untrack(): void {
    const own = residents();
    own.bytes -= own.contents.get(this) ?? 0;
    own.contents.delete(this);
  }

  /** Moves the elements to JavaScript's memory. Tensors with a mask, which only the core holds, stay in the core. */
  moveOut(): void {
    this.#untrack();
    const raw = this.#raw;
    if (raw === null || this.#engine !== currentEngine()) return;
    const mask = core().tensorMask(raw);
    if (mask) return mask.delete();
    this.#bytes ??= core().tensorView(raw).slice();
    this.#raw = this.freed.content = null;
    raw.delete();
  }

  dispose(): void {
    const raw = this.#raw;
    this.#raw = this.#bytes = null;
    if (this.#engine !== currentEngine()) return;
    this.#untrack();
    raw?.delete();
  }
}

function uploaded(bytes: Uint8Array, shape: readonly number[], dtype: DType): RawTensor {
  if (dtype === 'string') return uploadStrings(bytes, shape);
  writeSpec(shape, dtype);
  const raw = core().tensorAllocate();
  core().tensorView(raw).set(bytes);
  return raw;
}

// Bytes that the contents may take in the core, and about how many each takes beside its elements.
const limit = 2 ** 26;
const overhead = 512;

// The contents that makeRoom() may move, oldest first, and about how many bytes they take.
const residents = perEngine(() => ({ contents: new Map<TensorContent, number>(), bytes: 0 }));

let holds = 0;

/** Runs `f` while makeRoom() moves nothing: the core identifies tensors by their memory. */
export function withoutMoves<R>(f: () => R): R {
  ++holds;
  try {
    return f();
  } finally {
    --holds;
  }
}

/** Moves the oldest half of the contents out of the core when they take too much. Call it while no handle is in use. */
export function makeRoom(): void {
  const own = residents();
  if (own.bytes <= limit || holds > 0 || !isIdle()) return;
  const oldest = [...own.contents.keys()].slice(0, Math.ceil(own.contents.size / 2));
  for (const content of oldest) content.moveOut();
}
