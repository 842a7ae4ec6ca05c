// Collects the nodes and constants of an ONNX graph.
import type {
  AttributeMessage,
  ElementType,
  GraphMessage,
  NodeMessage,
  TensorMessage,
  ValueMessage,
} from '../proto/messages.js';
import { constantOf } from './constants.js';
import type { Constant, Shape, Value } from './value.js';

export type Attributes = Readonly<Record<string, AttributeMessage>>;
/** Shape and dtype of an output. */
export type OutputSpec = readonly [shape: Shape, dtype: ElementType];

/** What all graphs of a file share: names are unique, and constants are in the outermost graph. */
class SharedState {
  readonly initializers: TensorMessage[] = [];
  readonly domains = new Set<string>();
  readonly #names = new Set<string>();
  readonly #small = new Map<string, Value>();
  /** The path of the layer whose nodes are being made. */
  scope: readonly string[] = [];

  /** A name that nothing in the file has yet. */
  unique(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#names.has(name); ++i) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }

  /** The same value for equal small constants. */
  shared(constant: Constant): Value {
    const key = `${constant.dtype}[${constant.shape.join()}]${constant.bytes.join()}`;
    const found = this.#small.get(key);
    if (found) return found;
    const made: Value = { name: '', shape: constant.shape, dtype: constant.dtype, constant };
    this.#small.set(key, made);
    return made;
  }
}

const SMALL = 64;

export class GraphBuilder {
  readonly #shared: SharedState;
  readonly #nodes: NodeMessage[] = [];

  constructor(outer?: GraphBuilder) {
    this.#shared = outer ? outer.#shared : new SharedState();
  }

  /** The domains of the operators in the file. */
  get domains(): ReadonlySet<string> {
    return this.#shared.domains;
  }

  /** A name that nothing in the file has yet. */
  unique(wanted: string): string {
    return this.#shared.unique(wanted);
  }

  /** Runs `make` while nodes are called after the path of a layer and `name`. */
  within<T>(name: string, make: () => T): T {
    const { scope } = this.#shared;
    this.#shared.scope = [...scope, name];
    try {
      return make();
    } finally {
      this.#shared.scope = scope;
    }
  }

  /** A constant. It is written when a node uses it. */
  constant(constant: Constant): Value {
    if (constant.bytes.length <= SMALL) return this.#shared.shared(constant);
    return { name: '', shape: constant.shape, dtype: constant.dtype, constant };
  }

  /** A constant of numbers, one-dimensional by default. */
  numbers(
    values: readonly number[],
    dtype: ElementType,
    shape: readonly number[] = [values.length],
  ): Value {
    return this.constant(constantOf(values, shape, dtype));
  }

  scalar(value: number, dtype: ElementType): Value {
    return this.numbers([value], dtype, []);
  }

  /** A node with one output. Undefined inputs are left out. Types of other domains have these in front: `ai.onnx.ml.Scaler`. */
  op(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    [shape, dtype]: OutputSpec,
  ): Value {
    return this.node(opType, inputs, attributes, [[shape, dtype]])[0]!;
  }

  /** A node. Undefined outputs are left out. */
  node(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    outputs: readonly (OutputSpec | undefined)[],
  ): Value[] {
    const typeStart = opType.lastIndexOf('.') + 1;
    const type = opType.slice(typeStart);
    const domain = opType.slice(0, Math.max(0, typeStart - 1));
    this.#shared.domains.add(domain);
    const path = [...this.#shared.scope, type].join('/');
    const name = this.unique(path);
    const values = outputs.map((spec, i): Value => {
      const made = i === 0 ? name : this.unique(`${path}:${i}`);
      return spec
        ? { name: made, shape: spec[0], dtype: spec[1] }
        : { name: '', shape: [], dtype: 'float32' };
    });
    const names = inputs.map((value) => (value ? this.nameOf(value) : ''));
    while (names.at(-1) === '') names.pop();
    this.#nodes.push({
      name,
      domain,
      opType: type,
      inputs: names,
      outputs: values.map((value) => value.name),
      attributes,
    });
    return values;
  }

  /** The name of the value in the file; a constant is written now. */
  nameOf(value: Value): string {
    if (value.name === '' && value.constant) {
      value.name = this.unique([...this.#shared.scope, 'constant'].join('/'));
      const { shape: dims, dtype, bytes } = value.constant;
      this.#shared.initializers.push({ name: value.name, dims, dtype, bytes });
    }
    return value.name;
  }

  /** A value under another name, as the outputs of a graph need it. */
  rename(value: Value, name: string): Value {
    this.#nodes.push({
      name: this.unique(`${name}/Identity`),
      domain: '',
      opType: 'Identity',
      inputs: [this.nameOf(value)],
      outputs: [name],
      attributes: {},
    });
    return { name, shape: value.shape, dtype: value.dtype };
  }

  /** The graph with what was made so far. Constants are in the outermost one. */
  message(
    name: string,
    inputs: readonly ValueMessage[],
    outputs: readonly ValueMessage[],
    isOutermost = false,
  ): GraphMessage {
    const initializers = isOutermost ? this.#shared.initializers : [];
    return { name, nodes: this.#nodes, initializers, inputs, outputs };
  }
}
