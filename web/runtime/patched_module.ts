// Modules that the package ships as patches: a few kilobytes that say how a module differs from another one (tools/patch).

import { besides } from './file_addresses.js';
import { addressOf } from '../boundary/raw.js';
import { readBytes } from './wasm_source.js';
import type { Url, WasmModule } from './platform/platform_types.js';

const sectionName = 'keras.patch'; // tools/patch/patch_module.mjs, which describes its content

/**
 * The module that a patch stands for, or `module` itself when it is not one.
 *
 * @param url address of `module`, if the caller of `initialize` passed one: the file that the patch changes is beside it, or
 *   else beside the code.
 */
export async function unpatched(
  module: WasmModule,
  url: string | Url | undefined,
): Promise<WasmModule> {
  const [section] = WebAssembly.Module.customSections(module, sectionName);
  if (section === undefined) return module;
  const patch = new Patch(new Uint8Array(section));
  const { name, baseName } = patch;
  const help = `Serve the package's ${baseName} beside ${name}, which changes it.`;
  const address = besides(url, name, baseName) ?? addressOf(baseName);
  if (address === undefined)
    throw new Error(`This script does not know where ${baseName} is. ${help}`);
  const base = await readBytes(address, help);
  if (!patch.fits(base))
    throw new Error(`${String(address)} belongs to another build than ${name}. ${help}`);
  return await WebAssembly.compile(patch.applyTo(base));
}

/** Reads a patch once, from its start to its end. */
class Patch {
  /** Names of its file in the package, and of the one that it changes. */
  readonly name: string;
  readonly baseName: string;
  readonly #bytes: Uint8Array;
  readonly #baseSize: number;
  readonly #baseChecksum: number;
  readonly #size: number;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.name = this.#text();
    this.baseName = this.#text();
    this.#baseSize = this.#number();
    this.#baseChecksum = this.#number();
    this.#size = this.#number();
  }

  fits(base: Uint8Array): boolean {
    return base.length === this.#baseSize && checksum(base) === this.#baseChecksum;
  }

  applyTo(base: Uint8Array): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.#size);
    let done = 0;
    let from = 0;
    while (done < result.length) {
      const literal = this.#take(this.#number());
      result.set(literal, done);
      done += literal.length;
      from += this.#signed();
      const length = this.#number();
      result.set(base.subarray(from, from + length), done);
      for (let changes = this.#number(), i = done; changes > 0; --changes, ++i)
        result[(i += this.#number())] = this.#bytes[this.#at++]!;
      done += length;
      from += length;
    }
    return result;
  }

  #text(): string {
    return new TextDecoder().decode(this.#take(this.#number()));
  }

  #take(size: number): Uint8Array {
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  /** An unsigned number in LEB128. */
  #number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  #signed(): number {
    const value = this.#number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Adler-32. */
function checksum(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
