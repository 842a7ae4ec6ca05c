// Mutations of binary files that know the formats: they change lengths, addresses and signatures.

const edges = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Positions of structure in HDF5 files: signatures and the bytes after them. */
const hdf5Signatures = ['TREE', 'SNOD', 'HEAP', 'GCOL', 'OHDR', 'FRHP', 'FHDB', 'BTHD', '\x89HDF'];
const jsonSignatures = ['"shape":[', '"data_offsets":[', '"dtype":"'];
const npySignatures = ['\x93NUMPY', "'descr': '", "'shape': ("];
const zipSignatures = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07'];

function structures(bytes, marks) {
  const text = bytes.toString('latin1');
  const found = [];
  for (const mark of marks) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) found.push(at);
  }
  return found.length > 0 ? found : [0];
}

function writeNumber(bytes, at, size, value) {
  for (let i = 0; i < size && at + i < bytes.length; i++)
    bytes[at + i] = Math.floor(value / 2 ** (8 * i)) % 256;
}

const mutations = {
  flip(bytes, random) {
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes;
  },
  field(bytes, random, starts) {
    const at = random.pick(starts) + random.below(64);
    const value = random.chance(0.5) ? random.pick(edges) : random.below(bytes.length + 64);
    writeNumber(bytes, at, random.pick([1, 2, 4, 8]), value);
    return bytes;
  },
  // The address of another structure, to make trees and heaps that refer to themselves.
  redirect(bytes, random, starts) {
    writeNumber(bytes, random.pick(starts) + random.below(64), 8, random.pick(starts));
    return bytes;
  },
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  drop(bytes, random) {
    const at = random.below(bytes.length);
    const until = Math.min(bytes.length, at + random.pick([1, 4, 8, 64, 512]));
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
  },
  insert(bytes, random) {
    const at = random.below(bytes.length);
    const more = Buffer.alloc(random.pick([1, 8, 64]), random.pick([0, 0xff, 0x41]));
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  copy(bytes, random, starts) {
    const [from, to] = [random.pick(starts), random.pick(starts)];
    bytes.copyWithin(to, from, Math.min(bytes.length, from + random.pick([8, 32, 256])));
    return bytes;
  },
};

const signatures = {
  hdf5: hdf5Signatures,
  zip: zipSignatures,
  safetensors: jsonSignatures,
  npy: npySignatures,
};

/** A mutated copy of a file's bytes; `format` is a key of `signatures`. */
export function mutateBytes(original, random, format) {
  const starts = structures(original, signatures[format]);
  let bytes = Buffer.from(original);
  for (let i = random.pick([1, 1, 2, 4, 16]); i > 0 && bytes.length > 0; i--)
    bytes = random.pick(Object.values(mutations))(bytes, random, starts);
  return bytes;
}
