// Writes a .wasm that stands for another one: an empty module whose custom section says what differs from a module of the
// package. web/runtime/patched_module.ts reads it.
import { differences } from './diff.mjs';

const emptyModule = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const customSection = 0;

/** The name of the section. */
export const sectionName = 'keras.patch';

/**
 * The module that stands for `target`, which is made from `base`. `name` and `baseName` are the names of their files.
 *
 * The section has both names, the size and checksum of the base and the size of the target, then steps: bytes that are appended
 * (their number, and the bytes), a copy (where it starts, counted from the end of the last copy, and its length), and the
 * bytes in which the copy differs (their number, then for each the number of equal bytes before it, and the byte).
 */
export function patchModule({ name, target, baseName, base }) {
  const out = [];
  putText(out, name);
  putText(out, baseName);
  put(out, base.length);
  put(out, checksum(base));
  put(out, target.length);
  let end = 0;
  let done = 0;
  for (const { literal, from, length } of differences(base, target)) {
    put(out, literal.length);
    for (const byte of literal) out.push(byte);
    done += literal.length;
    put(out, zigzag(from - end));
    put(out, length);
    const changes = [];
    for (let i = 0; i < length; ++i) if (base[from + i] !== target[done + i]) changes.push(i);
    put(out, changes.length);
    changes.forEach((i, n) => {
      put(out, n === 0 ? i : i - changes[n - 1] - 1);
      out.push(target[done + i]);
    });
    done += length;
    end = from + length;
  }
  const body = [];
  putText(body, sectionName);
  const file = [...emptyModule, customSection];
  put(file, body.length + out.length);
  return Uint8Array.from([...file, ...body].concat(out));
}

/** Adler-32, which fflate and zlib have, too. */
function checksum(bytes) {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);

/** Appends an unsigned number in LEB128. */
function put(out, value) {
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  out.push(value);
}

function putText(out, text) {
  const bytes = Buffer.from(text);
  put(out, bytes.length);
  out.push(...bytes);
}
