// Reads the parts of a WASM binary that stubs.mjs needs: the functions that it imports, and the tables that it exports.

const valueTypes = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128' };
const kinds = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };

class Reader {
  #bytes;
  #at;

  constructor(bytes, at) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get atEnd() {
    return this.#at >= this.#bytes.length;
  }

  /** An unsigned number in LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  take(size) {
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  text() {
    return Buffer.from(this.take(this.number())).toString();
  }

  list(item) {
    return Array.from({ length: this.number() }, item);
  }

  limits() {
    const flags = this.number();
    this.number();
    if (flags & 1) this.number();
  }
}

/**
 * `{ functions, tables }` of a module: its imported functions as `{ module, name, params, results }`, and the export names of
 * its tables.
 *
 * @throws Error for types that engines with SIMD and exceptions do not use.
 */
export function readModule(bytes) {
  const sections = {};
  const file = new Reader(bytes, 8);
  while (!file.atEnd) {
    const id = file.number();
    sections[id] = new Reader(file.take(file.number()), 0);
  }
  const types = sections[1].list(() => functionType(sections[1]));
  const functions = sections[2]
    .list(() => readImport(sections[2], types))
    .filter(({ kind }) => kind === kinds.function);
  const tables = sections[7]
    .list(() => ({ name: sections[7].text(), kind: sections[7].number(), i: sections[7].number() }))
    .filter(({ kind }) => kind === kinds.table)
    .map(({ name }) => name);
  return { functions, tables };
}

function functionType(reader) {
  const form = reader.number();
  if (form !== 0x60) throw new Error(`Unknown form of a type: ${form}`);
  return {
    params: reader.list(() => valueType(reader)),
    results: reader.list(() => valueType(reader)),
  };
}

function valueType(reader) {
  const code = reader.number();
  if (!(code in valueTypes)) throw new Error(`Unknown type: ${code}`);
  return valueTypes[code];
}

function readImport(reader, types) {
  const found = { module: reader.text(), name: reader.text(), kind: reader.number() };
  switch (found.kind) {
    case kinds.function:
      return { ...found, ...types[reader.number()] };
    case kinds.table:
      reader.number();
      reader.limits();
      return found;
    case kinds.memory:
      reader.limits();
      return found;
    case kinds.global:
    case kinds.tag:
      reader.take(2);
      return found;
    default:
      throw new Error(`Unknown kind of an import: ${found.kind}`);
  }
}
