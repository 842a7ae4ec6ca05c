// Sizes of the built package: files, sections of the WASM, rooms of src/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const sectionNames = { 10: 'code', 11: 'data' };

/** The bytes of the code section, the data section and all other sections of a WASM file. */
export function sectionsOf(wasm) {
  const sections = { code: [], data: [], others: [] };
  for (let at = 8; at < wasm.length;) {
    const id = wasm[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      size += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    sections[sectionNames[id] ?? 'others'].push(wasm.subarray(at, at + size));
    at += size;
  }
  return Object.fromEntries(
    Object.entries(sections).map(([name, parts]) => [name, Buffer.concat(parts)]),
  );
}

/**
 * `[room, bytes]` of each room of src/, from the linker's map. wasm-opt, which runs later, makes code about a fifth
 * smaller: use the numbers to compare rooms.
 */
export function roomsOf(map) {
  const rooms = {};
  // Address, offset and size in hexadecimal digits, the object file, and in brackets a part of it.
  const line = /^\s*\S+\s+[\da-f]+\s+([\da-f]+)\s+(\S*?)([^/\s(]+\.o)\)?:\(/gm;
  for (const [, size, folder, object] of map.matchAll(line)) {
    const room = roomOf(folder, object);
    rooms[room] = (rooms[room] ?? 0) + parseInt(size, 16);
  }
  return Object.entries(rooms).sort(([, a], [, b]) => b - a);
}

function roomOf(folder) {
  return /(?:^|\/)src\/(\w+)\//.exec(folder)?.[1] ?? 'libraries';
}

const kilobytes = (size) => `${Math.round(size / 1000)} kB`.padStart(8);

function row(name, bytes) {
  console.log(
    `${name.padEnd(28)}${kilobytes(bytes.length)}, gzip ${kilobytes(gzipSync(bytes).length)}`,
  );
}

/** Prints the sizes of dist/; `map` is the path of the linker's map of keras.wasm, if there is one. */
export function printSizes(dist, map) {
  const read = (name) => readFileSync(join(dist, name));
  const scripts = ['index.js', 'keras.mjs'].map((name) => join(dist, name)).filter(existsSync);
  const built = readdirSync(dist).filter((name) => name.endsWith('.wasm'));
  for (const name of built) {
    const wasm = read(name);
    row(`dist: ${name}`, wasm);
    for (const [section, bytes] of Object.entries(sectionsOf(wasm)))
      row(`        ${section}`, bytes);
  }
  for (const path of scripts) row(`dist: ${basename(path)}`, readFileSync(path));
  const zipped = (names) =>
    names.filter(existsSync).reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
  const first = zipped([join(dist, 'keras.wasm'), ...scripts]);
  const later = zipped([join(dist, 'keras-rest.wasm')]);
  console.log(`A page starts with ${kilobytes(first)}, gzip; later it loads ${kilobytes(later)}`);
  if (map === undefined || !existsSync(map)) return;
  const rooms = roomsOf(readFileSync(map, 'utf8')).map(
    ([room, size]) => `${room} ${Math.round(size / 1000)}`,
  );
  console.log(`keras.wasm by room, kB before wasm-opt: ${rooms.join(', ')}`);
}
