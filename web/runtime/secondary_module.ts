// The second part of a build: what is seldom used (tools/split says what). It comes in the background, or at once when
// the core needs it in the middle of a call.

import { ValueError } from '../errors/errors.js';
import { fetchNow, hasFetchNow } from './platform/browser.js';
import { hasFiles, isOnTheNet, readerNow } from './platform/files.js';
import { addressOf } from '../boundary/raw.js';
import { warn } from '../errors/warnings.js';
import { assertWasm, compile, withHelp, type WasmBinary } from './wasm_source.js';
import type { Url, WasmInstance, WasmModule } from './platform/platform_types.js';

/** When the second part of a build is loaded. */
export type RestLoading = 'background' | 'lazy' | 'wait';

export interface RestOptions {
  /** Where the second part is, when it is neither beside the .wasm of `wasmUrl` nor beside the code. */
  restUrl?: string | Url;
  /** The second part itself; it is loaded before `initialize` ends. */
  restBinary?: WasmBinary | Promise<WasmBinary>;
  /**
   * When the second part is loaded. `background` (the default in pages): a second after the start. `lazy` (the default
   * for files): not before something needs it. In both cases a call that needs it earlier waits for it, as pages wait
   * for a synchronous request. `wait`: before `initialize` ends, as it is where nothing can be read synchronously.
   */
  rest?: RestLoading;
}

/** Until the page has fetched its model. */
const backgroundDelay = 1000; // ms

/** Before a page asks again for what it did not get. */
const retryDelay = 10_000; // ms

/** The second part of a build; see `restOf`. */
export class Rest {
  /** What runs; set when it has started. */
  first: WasmInstance | undefined;
  /** Its name in the package, and that of the first part's import. */
  readonly name: string;
  readonly #url: string | Url | undefined;
  #isLoaded = false;
  #failure: { error: Error; time: number } | undefined;
  #readFile: ((path: string | URL) => Uint8Array<ArrayBuffer>) | undefined;

  /** `url` is undefined where nobody knows it. */
  constructor(name: string, url: string | Url | undefined) {
    this.name = name;
    this.#url = url;
  }

  /** Loads it now, or arranges that it will be. */
  async arrange(binary?: WasmBinary, loading?: RestLoading): Promise<void> {
    if (binary !== undefined) return await this.#load(binary);
    if (this.#url === undefined && loading !== 'wait') return;
    if (hasFiles() && !isOnTheNet(this.#address)) this.#readFile = await readerNow();
    const canLoadNow = this.#readFile !== undefined || hasFetchNow();
    if (loading === 'wait' || !canLoadNow) return await this.#load(this.#address);
    if ((loading ?? (this.#readFile ? 'lazy' : 'background')) === 'background')
      setTimeout(() => {
        if (this.#isLoaded) return;
        this.#load(this.#address).catch((error: unknown) => warn((error as Error).message));
      }, backgroundDelay);
  }

  /** Loads it at once. Throws an Error that says what to do when that fails; the next time it is tried again. */
  loadNow(): void {
    if (this.#isLoaded) return; // who kept a pointer to what stood for a function asks again
    const bytes = this.#readNow();
    assertWasm(bytes, String(this.#address), this.#help);
    this.#add(new WebAssembly.Module(bytes));
  }

  #readNow(): Uint8Array<ArrayBuffer> {
    try {
      return this.#readFile ? this.#readFile(this.#address) : this.#fetchNow();
    } catch (error) {
      throw withHelp(error as Error, this.#help);
    }
  }

  // A page would stand still for each call that needs it: a failed request is not repeated at once.
  #fetchNow(): Uint8Array<ArrayBuffer> {
    const { error, time } = this.#failure ?? {};
    if (error && performance.now() - time! < retryDelay) throw error;
    try {
      return fetchNow(this.#address);
    } catch (error) {
      this.#failure = { error: error as Error, time: performance.now() };
      throw error;
    }
  }

  get #address(): string | URL {
    if (this.#url !== undefined) return this.#url;
    throw new Error(
      `This script does not know where ${this.name} is: pass \`restUrl\` or \`restBinary\` to initialize().`,
    );
  }

  async #load(source: WasmBinary | string | URL): Promise<void> {
    const module = await compile(source, this.#help);
    if (!this.#isLoaded) this.#add(module);
  }

  #add(module: WebAssembly.Module): void {
    try {
      new WebAssembly.Instance(module, { first: this.first!.exports });
    } catch (error) {
      const message = `The WebAssembly of ${this.name} is of another build than that which runs. ${this.#help}`;
      throw new Error(message, { cause: error });
    }
    this.#isLoaded = true;
  }

  get #help(): string {
    return `Serve the package's ${this.name} there, or pass \`restUrl\` or \`restBinary\` to initialize().`;
  }
}

/** Throws a ValueError for what is no way to load it. */
export function checkRest(rest: RestLoading | undefined): void {
  if (rest === undefined || ['background', 'lazy', 'wait'].includes(rest)) return;
  throw new ValueError(`rest must be 'background', 'lazy' or 'wait'. Received: ${String(rest)}`);
}

/** The second part that a build has; undefined when it has one only. */
export function restOf(
  module: WasmModule,
  { restUrl, wasmUrl }: RestOptions & { wasmUrl?: string | Url },
): Rest | undefined {
  const name = WebAssembly.Module.imports(module).find(({ name }) => name === 'load')?.module;
  if (name === undefined) return undefined;
  return new Rest(name, restUrl ?? besides(wasmUrl, name) ?? addressOf(name));
}

/** Beside a file that has its name in the package; others were renamed by a bundler, which knows the rest as well. */
function besides(wasmUrl: string | URL | undefined, name: string): string | undefined {
  const own = name.replace('-rest', '');
  const found = /[^/\\?#]*(?=$|[?#])/.exec(String(wasmUrl ?? ''));
  if (found?.[0] !== own) return undefined;
  const address = String(wasmUrl);
  return address.slice(0, found.index) + name + address.slice(found.index + own.length);
}
