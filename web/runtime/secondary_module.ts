// The secondary module of an engine: functions that few models need (tools/split). It is loaded in the background, or
// synchronously when a call needs one of them.

import { ValueError } from '../errors/errors.js';
import { besides } from './file_addresses.js';
import { fetchNow, hasFetchNow } from './platform/browser.js';
import { foregroundEnds } from './platform/foreground.js';
import { hasFiles, isOnTheNet, readerNow } from './platform/files.js';
import { addressOf } from '../boundary/raw.js';
import { warn } from '../errors/warnings.js';
import { assertWasm, compile, withHelp, type WasmBinary } from './wasm_source.js';
import type { Url, WasmInstance, WasmModule } from './platform/platform_types.js';

/** When the secondary module is loaded. */
export type RestLoading = 'background' | 'lazy' | 'wait';

export interface RestOptions {
  /** Where the secondary module is, when it is neither beside the .wasm of `wasmUrl` nor beside the code. */
  restUrl?: string | Url;
  /** The secondary module itself; `initialize` waits for it. */
  restBinary?: WasmBinary | Promise<WasmBinary>;
  /**
   * When the secondary module is loaded. `background` (the default in pages): a second after the start, when no model
   * is being opened. `lazy` (the
   * default for files): when a call needs it. In both cases a call that needs it earlier loads it synchronously. `wait`
   * (always used where nothing can be read synchronously): before `initialize` resolves.
   */
  rest?: RestLoading;
}

/** By then, most pages have begun to open their model. */
const backgroundDelay = 1000; // ms

/** After a failed request, a page waits this long before the next one. */
const retryDelay = 10_000; // ms

/** Loads the secondary module of an engine; see `secondaryModuleOf`. */
export class SecondaryModule {
  /** The running instance of the first module; undefined until start-up completes. */
  first: WasmInstance | undefined;
  /** Module name of the first module's import: the file's name in the package, `#`, and a name of the build. */
  readonly name: string;
  readonly #url: string | Url | undefined;
  #isLoaded = false;
  #failure: { error: Error; time: number } | undefined;
  #readFile: ((path: string | URL) => Uint8Array<ArrayBuffer>) | undefined;

  /** `url` is undefined where the script does not know its own address. */
  constructor(name: string, url: string | Url | undefined) {
    this.name = name;
    this.#url = url;
  }

  /** Loads the module, or schedules that, as `loading` says. */
  async arrange(binary?: WasmBinary, loading?: RestLoading): Promise<void> {
    if (binary !== undefined) return await this.#load(binary);
    if (this.#url === undefined && loading !== 'wait') return;
    if (hasFiles() && !isOnTheNet(this.#address)) this.#readFile = await readerNow();
    const canLoadNow = this.#readFile !== undefined || hasFetchNow();
    if (loading === 'wait' || !canLoadNow) return await this.#load(this.#address);
    if ((loading ?? (this.#readFile ? 'lazy' : 'background')) === 'background')
      setTimeout(() => {
        this.#loadInBackground().catch((error: unknown) => warn((error as Error).message));
      }, backgroundDelay);
  }

  async #loadInBackground(): Promise<void> {
    await foregroundEnds();
    if (!this.#isLoaded) await this.#load(this.#address);
  }

  /** Loads the module synchronously. Throws an Error that says what to do when that fails; the next call tries again. */
  loadNow(): void {
    if (this.#isLoaded) return; // pointers to stubs that were copied from the table still lead here
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

  // Each request blocks the page, so a failed one is not repeated at once.
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
      `This script does not know where ${this.#file} is: pass \`restUrl\` or \`restBinary\` to initialize().`,
    );
  }

  async #load(source: WasmBinary | string | URL): Promise<void> {
    const module = await compile(source, this.#help);
    if (!this.#isLoaded) this.#add(module);
  }

  #add(module: WebAssembly.Module): void {
    try {
      new WebAssembly.Instance(module, { [this.#build]: this.first!.exports });
    } catch (error) {
      const message = `${this.#file} belongs to another build than the engine that runs. ${this.#help}`;
      throw new Error(message, { cause: error });
    }
    this.#isLoaded = true;
  }

  get #file(): string {
    return this.name.split('#')[0]!;
  }

  get #build(): string {
    return this.name.split('#')[1]!;
  }

  get #help(): string {
    return `Serve the package's ${this.#file} there, or pass \`restUrl\` or \`restBinary\` to initialize().`;
  }
}

/** Throws a ValueError for an unknown value of the option `rest`. */
export function checkRest(rest: RestLoading | undefined): void {
  if (rest === undefined || ['background', 'lazy', 'wait'].includes(rest)) return;
  throw new ValueError(`rest must be 'background', 'lazy' or 'wait'. Received: ${String(rest)}`);
}

/** The secondary module that an engine needs; undefined when the engine is not split. */
export function secondaryModuleOf(
  module: WasmModule,
  { restUrl, wasmUrl }: RestOptions & { wasmUrl?: string | Url },
): SecondaryModule | undefined {
  const name = WebAssembly.Module.imports(module).find(({ name }) => name === 'load')?.module;
  if (name === undefined) return undefined;
  const file = name.split('#')[0]!;
  const first = file.replace('-rest', '');
  return new SecondaryModule(name, restUrl ?? besides(wasmUrl, first, file) ?? addressOf(file));
}
