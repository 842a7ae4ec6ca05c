// Weights of layers.

import { core } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import { perEngine } from '../boundary/engine.js';
import type { TensorData } from './data.js';
import { isTypedArray, sizeOf } from './data.js';
import { Handle } from '../boundary/handle.js';
import type { RawTensor, RawVariable } from '../boundary/raw.js';
import { tensor } from './create.js';
import { Tensor, wrapTensor } from './tensor.js';
import type { DType } from '../base/config.js';

interface VariableInfo {
  name: string;
  path: string;
  shape: number[];
  dtype: DType;
  id: number;
}

/** A weight of a layer: a named tensor whose value can be replaced. */
export class Variable extends Handle<RawVariable> {
  readonly #info: VariableInfo;

  /** @internal Use `layer.addWeight()`. */
  constructor(raw: RawVariable, info: VariableInfo) {
    super(raw);
    this.#info = info;
  }

  /** Name of the weight, such as `kernel`. */
  get name(): string {
    return this.#info.name;
  }

  /** Path of the weight in the model it was created in, such as `dense/kernel`. */
  get path(): string {
    return this.#info.path;
  }

  /** Sizes of the axes. */
  get shape(): readonly number[] {
    return this.#info.shape;
  }

  /** Dtype of the elements. */
  get dtype(): DType {
    return this.#info.dtype;
  }

  /** Whether training changes the value. */
  get trainable(): boolean {
    return core().variableTrainable(this.raw);
  }

  set trainable(trainable: boolean) {
    core().variableSetTrainable(this.raw, trainable);
  }

  /** The value. During a call of a layer it is cast to the compute dtype of that layer. */
  value(): Tensor {
    return wrapTensor(core().variableValue(this.raw));
  }

  /**
   * Replaces the value, cast to the dtype of the variable.
   *
   * @throws ValueError when the shape differs.
   */
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

/** A tensor for a weight of that shape. A typed array takes the shape of the weight if its length fits. */
export function toWeight(value: Tensor | TensorData, shape: readonly number[]): Tensor {
  if (value instanceof Tensor) return value;
  const fits = isTypedArray(value) && value.length === sizeOf(shape);
  return tensor(value, fits ? shape : null);
}

// The objects of variables by id, so that one variable has one object.
const variables = perEngine(() => new Map<number, WeakRef<Variable>>());
const forget = new FinalizationRegistry<number>((id) => {
  if (variables().get(id)?.deref() === undefined) variables().delete(id);
});

/** The object for a variable of the core. Takes ownership of the handle. @internal */
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

/** The tensors for handles of the core. Takes ownership of the handles. @internal */
export function wrapAll(raws: readonly RawTensor[]): Tensor[] {
  return raws.map((raw) => wrapTensor(raw));
}
