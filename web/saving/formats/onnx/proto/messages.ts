// The messages of an ONNX file (onnx/onnx.proto), of which this has the fields that are written.
import { MessageWriter } from './wire.js';

/** Element types by Keras's names, with their numbers in TensorProto.DataType. */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

export type ElementType = keyof typeof DATA_TYPES;

/** An array in the file: little-endian elements in row-major order. */
export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: ElementType;
  readonly bytes: Uint8Array;
}

/** A dimension: its size, or the name of a size that differs from call to call, or null for an unknown one. */
export type DimMessage = number | string | null;

export interface ValueMessage {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly DimMessage[];
}

/** Marks a number that is a float in the file, not an integer. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Numbers are integers unless they are `Float`. */
export type AttributeMessage =
  number | Float | string | readonly number[] | readonly string[] | GraphMessage;

export interface NodeMessage {
  readonly name: string;
  /** The set of operators that has the type; empty for the standard one. */
  readonly domain: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeMessage>>;
}

export interface GraphMessage {
  readonly name: string;
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
}

export interface ModelMessage {
  /** The versions of the sets of operators, by their domains; empty for the standard one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly producer: string;
  readonly producerVersion: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: GraphMessage;
}

/** Where the content of an array is when it is not in the file. */
export interface ExternalLocation {
  readonly file: string;
  readonly offset: number;
}

/** Answers where the content of an array goes; undefined for the file itself. */
export type Placement = (tensor: TensorMessage) => ExternalLocation | undefined;

/** The message of a whole file. */
export function modelMessage(model: ModelMessage, placement: Placement): MessageWriter {
  const message = new MessageWriter();
  message.int(1, model.irVersion);
  message.string(2, model.producer);
  message.string(3, model.producerVersion);
  message.message(7, graphMessage(model.graph, placement));
  for (const [domain, version] of Object.entries(model.opsets)) {
    const opset = new MessageWriter();
    opset.string(1, domain);
    opset.int(2, version);
    message.message(8, opset);
  }
  for (const [key, value] of Object.entries(model.metadata)) message.message(14, entry(key, value));
  return message;
}

function graphMessage(graph: GraphMessage, placement: Placement): MessageWriter {
  const message = new MessageWriter();
  for (const node of graph.nodes) message.message(1, nodeMessage(node, placement));
  message.string(2, graph.name);
  for (const tensor of graph.initializers)
    message.message(5, tensorMessage(tensor, placement(tensor)));
  for (const value of graph.inputs) message.message(11, valueMessage(value));
  for (const value of graph.outputs) message.message(12, valueMessage(value));
  return message;
}

function nodeMessage(node: NodeMessage, placement: Placement): MessageWriter {
  const message = new MessageWriter();
  for (const name of node.inputs) message.string(1, name);
  for (const name of node.outputs) message.string(2, name);
  message.string(3, node.name);
  message.string(4, node.opType);
  if (node.domain !== '') message.string(7, node.domain);
  for (const [name, value] of Object.entries(node.attributes))
    message.message(5, attributeMessage(name, value, placement));
  return message;
}

function attributeMessage(
  name: string,
  value: AttributeMessage,
  placement: Placement,
): MessageWriter {
  const message = new MessageWriter();
  const type = (number: number): void => message.int(20, number);
  message.string(1, name);
  if (typeof value === 'number') {
    message.int(3, value);
    type(2);
  } else if (typeof value === 'string') {
    message.string(4, value);
    type(3);
  } else if (value instanceof Float) {
    message.float(2, value.value);
    type(1);
  } else if ('nodes' in value) {
    message.message(6, graphMessage(value, placement));
    type(5);
  } else if (typeof value[0] === 'string') {
    for (const each of value) message.string(9, String(each));
    type(8);
  } else {
    for (const each of value) message.int(8, Number(each));
    type(7);
  }
  return message;
}

function tensorMessage(
  { name, dims, dtype, bytes }: TensorMessage,
  external: ExternalLocation | undefined,
): MessageWriter {
  const message = new MessageWriter();
  for (const dim of dims) message.int(1, dim);
  message.int(2, DATA_TYPES[dtype]);
  message.string(8, name);
  if (external === undefined) {
    message.bytes(9, bytes);
  } else {
    message.message(13, entry('location', external.file));
    message.message(13, entry('offset', String(external.offset)));
    message.message(13, entry('length', String(bytes.length)));
    message.int(14, 1);
  }
  return message;
}

function valueMessage({ name, dtype, shape }: ValueMessage): MessageWriter {
  const dims = new MessageWriter();
  for (const dim of shape) {
    const each = new MessageWriter();
    if (typeof dim === 'number') each.int(1, dim);
    else if (dim !== null) each.string(2, dim);
    dims.message(1, each);
  }
  const tensor = new MessageWriter();
  tensor.int(1, DATA_TYPES[dtype]);
  tensor.message(2, dims);
  const type = new MessageWriter();
  type.message(1, tensor);
  const message = new MessageWriter();
  message.string(1, name);
  message.message(2, type);
  return message;
}

// StringStringEntryProto.
function entry(key: string, value: string): MessageWriter {
  const message = new MessageWriter();
  message.string(1, key);
  message.string(2, value);
  return message;
}
