// Weights of layers.

import { core } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import { perEngine } from '../boundary/engine.js';
import type { TensorData } from './data.js';
import { isTypedArray, sizeOf } from './data.js';
import { Handle } from '../boundary/handle.js';
import type { RawTensor, RawVariable } from '../boundary/raw.js';
import { Tensor, tensor, wrapTensor } from './tensor.js';
import type { DType } from '../serialization/config.js';

interface VariableInfo {
  name: string;
  path: string;
  shape: number[];
  dtype: DType;
  id: number;
}

/** A weight of a layer: a named value that can be replaced. */
export class Variable extends Handle<RawVariable> {
  readonly #info: VariableInfo;

  /** @internal Layers make variables: see `Layer.addWeight`. */
  constructor(raw: RawVariable, info: VariableInfo) {
    super(raw);
    this.#info = info;
  }

  /** `kernel` */
  get name(): string {
    return this.#info.name;
  }

  /** `dense/kernel`: where in the model the variable was made. */
  get path(): string {
    return this.#info.path;
  }

  get shape(): readonly number[] {
    return this.#info.shape;
  }

  get dtype(): DType {
    return this.#info.dtype;
  }

  /** Whether training would change the value. */
  get trainable(): boolean {
    return core().variableTrainable(this.raw);
  }

  set trainable(trainable: boolean) {
    core().variableSetTrainable(this.raw, trainable);
  }

  /** The value, in the dtype in which the layer that is being called computes. */
  value(): Tensor {
    return wrapTensor(core().variableValue(this.raw));
  }

  /** Replaces the value; it is cast to this dtype. ValueError when the shape is another. */
  assign(value: Tensor | TensorData): void {
    const given = toWeight(value, this.shape);
    try {
      core().variableAssign(this.raw, given.raw);
    } finally {
      if (given !== value) given.dispose();
    }
  }

  override toJSON(): unknown {
    const { path, shape, dtype, trainable } = this;
    return { path, shape, dtype, trainable };
  }

  override toString(): string {
    return `<Variable path=${this.path} shape=[${this.shape.join(', ')}] dtype=${this.dtype}>`;
  }
}

/** Data for a weight of that shape. A typed array says no shape of its own: it takes the weight's if the size fits. */
export function toWeight(value: Tensor | TensorData, shape: readonly number[]): Tensor {
  if (value instanceof Tensor) return value;
  const fits = isTypedArray(value) && value.length === sizeOf(shape);
  return tensor(value, fits ? shape : null);
}

// By the core's number of them, so that one variable is one object here.
const variables = perEngine(() => new Map<number, WeakRef<Variable>>());
const forget = new FinalizationRegistry<number>((id) => {
  if (variables().get(id)?.deref() === undefined) variables().delete(id);
});

/** The object of a variable of the core. Takes over the handle. @internal */
export function wrapVariable(raw: RawVariable): Variable {
  const info = parseJson<VariableInfo>(core().variableInfo(raw));
  const known = variables().get(info.id)?.deref();
  if (known && !known.disposed) {
    raw.delete();
    return known;
  }
  const made = new Variable(raw, info);
  variables().set(info.id, new WeakRef(made));
  forget.register(made, info.id);
  return made;
}

/** The stored values of weights, as tensors. @internal */
export function wrapAll(raws: readonly RawTensor[]): Tensor[] {
  return raws.map((raw) => wrapTensor(raw));
}
