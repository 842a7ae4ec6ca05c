// Reads ONNX files, as far as tests need: the messages of onnx/onnx.proto by the numbers of their fields.

/** The fields of a message: [number, value] in the file's order. Values are bigints or bytes. */
function fieldsOf(bytes) {
  const fields = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (size) => bytes.subarray(at, (at += size));
  while (at < bytes.length) {
    const tag = Number(varint());
    const type = tag & 7;
    if (type === 0) fields.push([tag >> 3, varint()]);
    else if (type === 2) fields.push([tag >> 3, take(Number(varint()))]);
    else if (type === 5) fields.push([tag >> 3, take(4)]);
    else throw new Error(`unexpected wire type ${type}`);
  }
  return fields;
}

const text = (bytes) => Buffer.from(bytes).toString();
const int = (value) => Number(BigInt.asIntN(64, value));

function message(bytes) {
  const fields = fieldsOf(bytes);
  const all = (number) => fields.filter(([each]) => each === number).map(([, value]) => value);
  return { all, one: (number) => all(number)[0] };
}

const ATTRIBUTES = {
  1: ({ one }) => Buffer.from(one(2)).readFloatLE(),
  2: ({ one }) => int(one(3)),
  3: ({ one }) => text(one(4)),
  5: ({ one }) => readGraph(one(6)),
  7: ({ all }) => all(8).map(int),
  8: ({ all }) => all(9).map(text),
};

function readNode(bytes) {
  const { all, one } = message(bytes);
  const attributes = all(5)
    .map(message)
    .map((each) => [text(each.one(1)), ATTRIBUTES[int(each.one(20))](each)]);
  return {
    name: text(one(3)),
    opType: text(one(4)),
    domain: one(7) ? text(one(7)) : '',
    inputs: all(1).map(text),
    outputs: all(2).map(text),
    attributes: Object.fromEntries(attributes),
  };
}

function readTensor(bytes) {
  const { all, one } = message(bytes);
  const external = all(13)
    .map(message)
    .map((each) => [text(each.one(1)), text(each.one(2))]);
  return {
    name: text(one(8)),
    dims: all(1).map(int),
    type: int(one(2)),
    bytes: one(9),
    external: external.length > 0 ? Object.fromEntries(external) : undefined,
  };
}

function readValue(bytes) {
  const { one } = message(bytes);
  const tensor = message(message(one(2)).one(1));
  const dims = message(tensor.one(2)).all(1).map(message);
  const shape = dims.map((dim) => {
    if (dim.one(1) !== undefined) return int(dim.one(1));
    return dim.one(2) === undefined ? null : text(dim.one(2));
  });
  return { name: text(one(1)), type: int(tensor.one(1)), shape };
}

function readGraph(bytes) {
  const { all, one } = message(bytes);
  return {
    name: text(one(2)),
    nodes: all(1).map(readNode),
    initializers: all(5).map(readTensor),
    inputs: all(11).map(readValue),
    outputs: all(12).map(readValue),
  };
}

/** The model of a file: `irVersion`, `producer`, `opset` and `graph`. */
export function readOnnx(bytes) {
  const { one } = message(bytes);
  return {
    irVersion: int(one(1)),
    producer: text(one(2)),
    opset: int(message(one(8)).one(2)),
    graph: readGraph(one(7)),
  };
}

/** What is wrong with a graph: names that are used before they exist, or that two values have. */
export function faultsOf(graph, outer = []) {
  const faults = [];
  const known = new Set(outer);
  const define = (name) => {
    if (name === '') return;
    if (known.has(name)) faults.push(`two values have the name ${name}`);
    known.add(name);
  };
  for (const { name } of [...graph.inputs, ...graph.initializers]) define(name);
  for (const node of graph.nodes) {
    for (const name of node.inputs)
      if (name !== '' && !known.has(name)) faults.push(`${node.name} reads ${name} too early`);
    for (const value of Object.values(node.attributes))
      if (value?.nodes) faults.push(...faultsOf(value, known));
    node.outputs.forEach(define);
  }
  for (const { name } of graph.outputs) if (!known.has(name)) faults.push(`no node makes ${name}`);
  return faults;
}
