// How HDF5 files store their objects: what two files with the same content and layout have in common, whatever their
// addresses.
import { FileBytes } from '../../build/modules/saving/formats/hdf5/file_bytes.js';
import { sourceOfBytes } from '../../build/modules/runtime/platform/byte_source.js';
import { readLinks } from '../../build/modules/saving/formats/hdf5/links.js';
import { Kind, readMessages } from '../../build/modules/saving/formats/hdf5/object_header.js';
import { Pages } from '../../build/modules/saving/formats/hdf5/pages.js';
import { readSuperblock } from '../../build/modules/saving/formats/hdf5/superblock.js';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** By path of the object: its messages as hexadecimal numbers, without addresses; sorted, since their order is free. */
export function structureOf(bytes) {
  const file = new FileBytes(new Pages(sourceOfBytes(bytes)));
  const found = {};
  const visit = (path, address) => {
    const messages = readMessages(file, address);
    found[path] = messages
      .filter(({ kind }) => kind !== 0)
      .map((message) => described(file, message))
      .sort();
    for (const [name, target] of readLinks(file, messages) ?? []) visit(`${path}/${name}`, target);
  };
  visit('', readSuperblock(file, 0).root);
  return found;
}

function described(file, { kind, start, size }) {
  const body = file.view(start, size).slice();
  const LAYOUT_ADDRESS = [2, 10];
  if (kind === Kind.layout && file.address(start + 2) !== undefined)
    body.fill(0, ...LAYOUT_ADDRESS);
  if (kind === Kind.symbolTable) body.fill(0);
  if (kind === Kind.attribute) eraseReferences(file, start, body);
  return `${kind}: ${hex(body)}`;
}

// A string of variable length is a length, the address of a heap and an index there.
function eraseReferences(file, start, body) {
  const padded = (at) => Math.ceil(file.u16(start + at) / 8) * 8;
  const type = 8 + padded(2);
  const VARIABLE = 9;
  if ((body[type] & 15) !== VARIABLE) return;
  for (let at = type + padded(4) + padded(6); at + 16 <= body.length; at += 16)
    body.fill(0, at + 4, at + 16);
}
