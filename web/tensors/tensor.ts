// Tensors: arrays of data, and symbolic tensors of a graph.

import { core, whenIdle } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import { arrayOf, nest, sizeOf, type NestedArray, type TypedArray } from './data.js';
import { perEngine } from '../boundary/engine.js';
import { callingLine } from '../errors/calling_line.js';
import { DisposedError, KerasTypeError, ValueError } from '../errors/errors.js';
import { Handle, ofStoppedEngine } from '../boundary/handle.js';
import type { RawTensor } from '../boundary/raw.js';
import { memoryOf } from '../boundary/scratch_buffer.js';
import { unpackStrings } from './strings.js';
import { TensorContent, type Freed } from './tensor_content.js';
import type { DType, Shape } from '../base/config.js';

/** Shape and dtype of a tensor, and more for symbolic ones. @internal */
export interface TensorInfo {
  shape: (number | null)[];
  dtype: DType;
  symbolic?: boolean;
  traced?: boolean;
  name?: string;
  sparse?: boolean;
  id?: number;
}

const hasData = (info: TensorInfo): boolean => !info.symbolic && !info.traced;

// Tensors created during the current call from the core to JavaScript; see `withTensorScope`.
let scope: Set<Tensor> | undefined;

// Frees the memory of tensors that the garbage collector has reclaimed.
const collected = new FinalizationRegistry<Freed>(({ content }) => content?.dispose());

/**
 * An immutable array of numbers, booleans or strings. Create one with `tensor()`:
 *
 * ```js
 * const x = tensor([[1, 2], [3, 4]]); // shape [2, 2], dtype float32
 * ops.sum(x, 1).array(); // [3, 7]
 * ```
 *
 * The garbage collector frees a tensor eventually; `dispose()` or `using` frees it at once. Tensors created in the `call`
 * of a user-defined layer are freed when it returns, except the returned ones and those with `keep()`.
 */
export class Tensor extends Handle<RawTensor> {
  readonly #info: TensorInfo;
  #content: TensorContent | null;
  #released = false;
  #isWatched = false;

  /** @internal Use `tensor()`. `content` is a handle, or the elements as the core stores them. */
  constructor(content: RawTensor | Uint8Array, info: TensorInfo) {
    super(null);
    this.#info = info;
    this.#content = new TensorContent(content, info);
    if (!hasData(info)) {
      if (info.traced) scope?.add(this);
      return;
    }
    const isOut = content instanceof Uint8Array;
    if (!isOut) this.#watch();
    if (scope) scope.add(this);
    else if (!isOut) this.#content.trackOnce();
  }

  #watch(): void {
    const { freed } = this.#content!;
    collected.register(this, freed, freed);
    this.#isWatched = true;
  }

  /** @internal */
  override get raw(): RawTensor {
    if (this.#content === null) return super.raw;
    if (!this.#isWatched && hasData(this.#info)) this.#watch();
    const { raw } = this.#content;
    if (raw === null) throw new DisposedError(this.describeKind(), ofStoppedEngine);
    return raw;
  }

  override get disposed(): boolean {
    return this.#content?.isLost ?? true;
  }

  override dispose(): void {
    const content = this.#content;
    this.#content = null;
    if (content === null) return;
    if (this.#isWatched) collected.unregister(content.freed);
    content.dispose();
  }

  /** Sizes of the axes; `null` for the unknown sizes of a symbolic tensor. */
  get shape(): Shape {
    return this.#info.shape;
  }

  /** Dtype of the elements. */
  get dtype(): DType {
    return this.#info.dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.#info.shape.length;
  }

  /** Number of elements; `null` when a size is unknown. */
  get size(): number | null {
    return this.shape.includes(null) ? null : sizeOf(this.shape);
  }

  /**
   * A copy of the elements in row-major order. float16, bfloat16 and float8 are converted to float32; booleans are bytes
   * 0 and 1, 64-bit integers bigints.
   *
   * @throws KerasTypeError for strings, which have no typed array: use `array()`.
   */
  data(): TypedArray {
    if (this.dtype === 'string')
      throw new KerasTypeError('Strings have no typed array: use array().');
    const constructor = arrayOf(this.dtype);
    const bytes = this.#content?.bytes;
    if (bytes && constructor) return new constructor(bytes.slice().buffer, 0, this.size!);
    if (!constructor) {
      const raw = core().tensorCast(this.raw, 'float32');
      try {
        return copyOut(raw, Float32Array, this.size!);
      } finally {
        raw.delete();
      }
    }
    return copyOut(this.raw, constructor, this.size!);
  }

  /** The elements as nested arrays of numbers, booleans or strings; a bare value for a scalar. */
  array(): NestedArray {
    const shape = this.shape as readonly number[];
    if (this.dtype === 'string')
      return nest(unpackStrings(this.bytes(), this.size!), shape) as NestedArray;
    const data = this.data();
    if (this.dtype === 'bool')
      return nest(Array.from(data as Uint8Array, Boolean), shape) as NestedArray;
    const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
    return nest<unknown>(isBig ? Array.from(data, Number) : data, shape) as NestedArray;
  }

  /** A copy of the stored bytes, for every dtype; of strings, of their block of offsets and UTF-8 bytes. */
  bytes(): Uint8Array {
    return this.#content?.bytes?.slice() ?? core().tensorView(this.raw).slice();
  }

  /** The mask that a layer attached: a boolean tensor that marks the valid steps. `null` when there is none. */
  get mask(): Tensor | null {
    const raw = core().tensorMask(this.raw);
    return raw ? wrapTensor(raw) : null;
  }

  /** @internal */
  moveOut(): void {
    this.#content?.moveOut();
  }

  /** Keeps the tensor alive after the `call` of the user-defined layer that created it. Returns the tensor. */
  keep(): this {
    scope?.delete(this);
    return this;
  }

  /** @internal Frees the tensor because the `call` that created it has returned. */
  release(): void {
    this.#released = true;
    this.dispose();
  }

  /** `<Tensor shape=[2, 3] dtype=float32>` */
  override toString(): string {
    const kind = this.#info.symbolic ? 'KerasTensor' : 'Tensor';
    return `<${kind} shape=[${this.shape.map(String).join(', ')}] dtype=${this.dtype}>`;
  }

  /** The record that Keras writes for a tensor. */
  override toJSON(): unknown {
    return { class_name: '__tensor__', config: { value: this.array(), dtype: this.dtype } };
  }

  protected override inspected(): string {
    const isShown = !this.disposed && hasData(this.#info) && this.size! <= mostShown;
    return super.inspected() + (isShown ? ` ${JSON.stringify(this.array())}` : '');
  }

  protected override describeKind(): string {
    return this.#released ? "tensor of a layer's call(), which did not keep() it," : 'tensor';
  }
}

// Consoles print the elements of tensors up to this size.
const mostShown = 20;

/** A symbolic tensor: a shape, a dtype and a name, without data. `Input()` and calls on other KerasTensors create it. */
export class KerasTensor extends Tensor {
  readonly #name: string;
  readonly #sparse: boolean;

  /** @internal Use `Input()`. */
  constructor(raw: RawTensor, info: TensorInfo) {
    super(raw, info);
    this.#name = info.name ?? '';
    this.#sparse = info.sparse ?? false;
  }

  /** Name of the tensor: the name of its Input, or one such as `keras_tensor_3`. */
  get name(): string {
    return this.#name;
  }

  /** Whether the input was declared as sparse. */
  get sparse(): boolean {
    return this.#sparse;
  }

  override toJSON(): unknown {
    const { shape, dtype, name } = this;
    return { class_name: '__keras_tensor__', config: { shape, dtype, name } };
  }

  override data(): never {
    core().tensorMissingData('');
    throw new ValueError(
      `${this.toString()} is symbolic: it stands for data that a model will compute, and has none of its own.`,
    );
  }

  override array(): never {
    return this.data();
  }

  override bytes(): never {
    return this.data();
  }
}

/**
 * What `call` of a layer of the user's own gets while a plan traces it: shape and dtype are known, elements are not. Code
 * that asks for elements makes the core give up the trace and call it with data in every prediction.
 */
class TracedTensor extends Tensor {
  override data(): never {
    if (this.disposed) return super.data() as never;
    core().tensorMissingData(callingLine());
    throw new ValueError(
      `${this.toString()} has no data while a plan traces the call that uses it.`,
    );
  }

  override array(): never {
    return this.data();
  }

  override bytes(): never {
    return this.data();
  }

  override keep(): never {
    return this.data();
  }
}

const copyOut = (...memory: Parameters<typeof memoryOf>): TypedArray => memoryOf(...memory).slice();

// The objects of symbolic tensors by id, so that one tensor has one object.
const symbolic = perEngine(() => new Map<number, WeakRef<KerasTensor>>());
const forget = new FinalizationRegistry<number>((id) => {
  if (symbolic().get(id)?.deref() === undefined) symbolic().delete(id);
});

/** The object for a tensor of the core. Takes ownership of the handle. @internal */
export function wrapTensor(
  raw: RawTensor,
  info = parseJson<TensorInfo>(core().tensorInfo(raw)),
): Tensor {
  if (info.traced) return new TracedTensor(raw, info);
  if (!info.symbolic) return new Tensor(raw, info);
  if (info.id === undefined) return new KerasTensor(raw, info);
  const known = symbolic().get(info.id)?.deref();
  if (known && !known.disposed) {
    raw.delete();
    return known;
  }
  const made = new KerasTensor(raw, info);
  symbolic().set(info.id, new WeakRef(made));
  forget.register(made, info.id);
  return made;
}

/**
 * Runs JavaScript code that the core calls, and frees the tensors that it created. The garbage collector would run too
 * late: a long prediction would fill the memory. Results are freed once the core has read them.
 * @param body may call `keepAll` to keep its tensors alive.
 * @internal
 */
export function withTensorScope<T>(body: (keepAll: () => void) => T): T {
  const outer = scope;
  const own = new Set<Tensor>();
  scope = own;
  try {
    return body(() => {
      own.clear();
      scope = outer;
    });
  } finally {
    scope = outer;
    // By now the core has read the results of the previous call.
    releaseReturned();
    returned = own;
    if (own.size > 0) whenIdle(releaseReturned);
  }
}

// The tensors created by the previous call, including its results.
let returned: ReadonlySet<Tensor> = new Set();

function releaseReturned(): void {
  for (const made of returned) made.release();
  returned = new Set();
}
