// Code that a page sends to its worker: the source text of functions, and addresses of modules.
import * as keras from '../index.js';
import { hasNode, importNode } from '../runtime/platform/node.js';

/** The function with this source text. It sees the package as `keras`. */
export function compileFunction(source: string): unknown {
  const compile = (text: string): unknown => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code, never a file's
    const make = new Function('keras', `return ${text}`) as (known: typeof keras) => unknown;
    return make(keras);
  };
  try {
    return compile(`(${source}\n)`);
  } catch (error) {
    if (error instanceof EvalError) throw forbidden(error);
    if (!(error instanceof SyntaxError)) throw error;
    // The source of a method, `cloneFunction(layer) { ... }`, is an expression only inside an object.
    return Object.values(compile(`({${source}\n})`) as object)[0];
  }
}

const forbidden = (cause: EvalError) =>
  Object.assign(
    new keras.RuntimeError(
      "The content security policy of the worker forbids to make functions of text ('unsafe-eval'): pass the address of a module instead of functions, as `hooks` or to `run()`.",
    ),
    { cause },
  );

/** The default export, a function, of the module at an address or path. */
export async function importCode(
  address: string,
): Promise<(keras: unknown, ...args: unknown[]) => unknown> {
  const url = await moduleUrl(address);
  const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as {
    default?: unknown;
  };
  if (typeof module.default !== 'function')
    throw new keras.KerasTypeError(
      `The default export of ${address} must be a function whose first parameter is the package.`,
    );
  return module.default as (keras: unknown) => unknown;
}

// In Node, paths are relative to the working directory.
async function moduleUrl(address: string): Promise<string> {
  if (!hasNode() || /^[a-z][a-z\d+.-]+:/i.test(address)) return address;
  const { pathToFileURL } = await importNode('url');
  return pathToFileURL(address).href;
}
