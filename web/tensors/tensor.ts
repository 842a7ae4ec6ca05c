// Tensors: arrays of data, and symbolic tensors of a graph.

import { core, whenIdle } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import {
  arrayOf,
  describe,
  fill,
  flatten,
  guessDType,
  nest,
  sizeOf,
  type NestedArray,
  type TensorData,
  type TypedArray,
} from './data.js';
import { perEngine } from '../boundary/engine.js';
import { DisposedError, KerasTypeError, ValueError } from '../errors/errors.js';
import { Handle, ofStoppedEngine } from '../boundary/handle.js';
import type { RawTensor } from '../boundary/raw.js';
import { describedMemory, memoryOf, writeSpec } from '../boundary/scratch_buffer.js';
import { packStrings, unpackStrings, uploadStrings } from './strings.js';
import { TensorContent, type Freed } from './tensor_content.js';
import type { DType, Shape } from '../base/config.js';

/** Shape and dtype of a tensor, and more for symbolic ones. @internal */
export interface TensorInfo {
  shape: (number | null)[];
  dtype: DType;
  symbolic?: boolean;
  name?: string;
  sparse?: boolean;
  id?: number;
}

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
    if (info.symbolic) return;
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
    if (!this.#isWatched && !this.#info.symbolic) this.#watch();
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
    const isShown = !this.disposed && !this.#info.symbolic && this.size! <= mostShown;
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
    core().tensorMissingData();
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

const copyOut = (...memory: Parameters<typeof memoryOf>): TypedArray => memoryOf(...memory).slice();

/**
 * Creates a tensor: `tensor([[1, 2], [3, 4]])`, `tensor(new Float32Array(6), [2, 3])`, `tensor(3, null, 'int32')`.
 *
 * @param data a number, boolean or string, nested arrays of them, a typed array, or a tensor.
 * @param shape shape of the result; the shape of the data by default.
 * @param dtype dtype of the result. By default typed arrays keep their dtype, booleans become `bool`, strings `string`,
 *   bigints `int64` and numbers `float32`.
 * @throws ValueError when the data does not have the size of the shape, or when nested arrays have different lengths.
 */
export function tensor(
  data: TensorData | Tensor,
  shape?: readonly number[] | null,
  dtype?: DType | null,
): Tensor {
  checkShape(shape);
  if (data instanceof Tensor) return copyTensor(data, shape, dtype);
  const flat = flatten(data);
  const wanted = shape ?? flat.shape;
  if (sizeOf(wanted) !== flat.leaves.length) throw cannotReshape(flat.leaves.length, wanted);
  return makeTensor(flat.leaves, wanted, dtype ?? guessDType(flat.leaves));
}

function checkShape(shape: unknown): void {
  if (shape === undefined || shape === null) return;
  if (Array.isArray(shape)) return; // its sizes are checked with the data
  const hint =
    typeof shape === 'string'
      ? ` The dtype comes third: tensor(data, null, ${describe(shape)}).`
      : '';
  throw new KerasTypeError(
    `tensor() takes a shape: an array of sizes. Received: ${describe(shape)}.${hint}`,
  );
}

function cannotReshape(size: number, shape: readonly number[]): ValueError {
  return new ValueError(
    `cannot reshape array of size ${size} into shape (${shape.join(',')}${shape.length === 1 ? ',' : ''})`,
  );
}

function copyTensor(
  source: Tensor,
  shape: readonly number[] | null | undefined,
  dtype: DType | null | undefined,
): Tensor {
  const wanted = shape ?? (source.shape as readonly number[]);
  if (sizeOf(wanted) !== source.size) throw cannotReshape(source.size ?? 0, wanted);
  const bytes = source.bytes();
  if (source.dtype === 'string') {
    if (dtype && dtype !== 'string')
      throw new KerasTypeError(`A tensor of strings cannot be converted to ${dtype}.`);
    return stringTensor(bytes, wanted);
  }
  writeSpec(wanted, source.dtype);
  const raw = core().tensorAllocate();
  core().tensorView(raw).set(bytes);
  return casted(raw, wanted, source.dtype, dtype ?? source.dtype);
}

/** Creates a tensor from flat data. @internal */
export function makeTensor(
  leaves: ArrayLike<unknown>,
  shape: readonly number[],
  dtype: DType,
): Tensor {
  if (dtype === 'string') return stringTensor(packStrings(leaves), shape);
  const stored = arrayOf(dtype) ? dtype : 'float32';
  const constructor = arrayOf(stored)!;
  writeSpec(shape, stored);
  const raw = core().tensorAllocate();
  try {
    fill(describedMemory(constructor, leaves.length), leaves, stored);
  } catch (error) {
    raw.delete();
    throw error;
  }
  return casted(raw, shape, stored, dtype);
}

function stringTensor(block: Uint8Array, shape: readonly number[]): Tensor {
  const raw = uploadStrings(block, shape);
  return new Tensor(raw, { shape: [...shape], dtype: 'string' });
}

function casted(raw: RawTensor, shape: readonly number[], from: DType, to: DType): Tensor {
  if (from === to) return new Tensor(raw, { shape: [...shape], dtype: to });
  try {
    return new Tensor(core().tensorCast(raw, to), { shape: [...shape], dtype: to });
  } finally {
    raw.delete();
  }
}

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
