// Runs code that the user wrote or chose: JavaScript modules that import 'keras-wasm'. The page's policy allows modules
// from `blob:` addresses, which only the page itself can make.
import type { Model } from 'keras-wasm';
import { keras } from './package.js';

/** Settings of a slider that a hook exports. */
export interface Slider {
  label: string;
  min: number;
  max: number;
  value: number;
}

/** The module of a hook. */
export interface HookModule {
  edit: (model: Model, value?: number) => Model;
  slider?: Slider;
}

/** A failure of the user's code, with the line at which it arose. */
export class UserCodeError extends Error {
  override readonly name = 'UserCodeError';
  /** Counted from 1; null when it is not known. */
  readonly line: number | null;

  constructor(cause: unknown, line: number | null) {
    super(cause instanceof Error ? `${kindOf(cause)}: ${cause.message}` : String(cause), { cause });
    this.line = line;
  }
}

const loaded = new Map<string, Promise<{ url: string; module: Record<string, unknown> }>>();
const mostLoaded = 50;
let packageUrl: string | undefined;

/** Loads the module with an `edit` function that clones a model. */
export async function loadHook(code: string): Promise<HookModule> {
  const module = await loadModule(code);
  if (typeof module['edit'] !== 'function')
    throw new UserCodeError(new Error('The code must export a function edit(model, value).'), null);
  const slider = module['slider'];
  if (slider !== undefined && !isSlider(slider))
    throw new UserCodeError(
      new Error("slider must be like { label: 'Bits', min: 2, max: 32, value: 4 }."),
      null,
    );
  return module as unknown as HookModule;
}

/** Runs a module for what it defines or registers. */
export async function loadModule(code: string): Promise<Record<string, unknown>> {
  let entry = loaded.get(code);
  if (!entry) {
    if (loaded.size >= mostLoaded) loaded.delete(loaded.keys().next().value!);
    entry = importText(code);
    loaded.set(code, entry);
    entry.catch(() => loaded.delete(code));
  }
  return (await entry).module;
}

/** Calls a function of the user's code; its errors get the line of the code. */
export async function runUserCode<T>(code: string, run: () => T): Promise<T> {
  try {
    return run();
  } catch (error) {
    const entry = await loaded.get(code);
    throw new UserCodeError(error, entry ? lineIn(error, entry.url) : null);
  }
}

async function importText(code: string) {
  // Replaced within the line, so that line numbers in errors match the code.
  const text = code.replace(
    /(\bfrom\s*|\bimport\s*)(['"])keras-wasm\2/g,
    (_, word: string) => `${word}'${(packageUrl ??= urlOf(reexports()))}'`,
  );
  const url = urlOf(text);
  try {
    return { url, module: (await import(/* @vite-ignore */ url)) as Record<string, unknown> };
  } catch (error) {
    throw new UserCodeError(error, lineIn(error, url));
  }
}

// A module with the exports of the package, which the bundler gave other names.
function reexports(): string {
  const key = 'keras-wasm of the page';
  (globalThis as Record<string, unknown>)[key] = keras;
  const names = Object.keys(keras).join(', ');
  return `export const { ${names} } = globalThis[${JSON.stringify(key)}];`;
}

function urlOf(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}

// The innermost frame of the stack that is in the module. Chromium: `url:line:column`; Firefox and Safari write the same.
function lineIn(error: unknown, url: string): number | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(url);
  const line = at < 0 ? undefined : /^:(\d+)/.exec(stack.slice(at + url.length))?.[1];
  return line === undefined ? null : Number(line);
}

function kindOf(error: Error): string {
  return (error as Error & { kind?: string }).kind ?? error.name;
}

function isSlider(value: unknown): value is Slider {
  const { label, min, max, value: start } = (value ?? {}) as Partial<Record<keyof Slider, unknown>>;
  return typeof label === 'string' && [min, max, start].every((part) => Number.isFinite(part));
}
