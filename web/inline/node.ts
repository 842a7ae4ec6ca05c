// Takes the place of web/runtime/platform/node.ts in this file: modules of Node without `import()`.
import { RuntimeError } from '../errors/errors.js';
import type { importNode as ImportNode, hasNode as HasNode } from '../runtime/platform/node.js';

export const hasNode: typeof HasNode = () =>
  typeof process === 'object' && typeof process.versions?.node === 'string';

export const importNode: typeof ImportNode = (module) => {
  if (typeof process.getBuiltinModule === 'function')
    return Promise.resolve(process.getBuiltinModule(`node:${module}`) as never);
  return Promise.reject(new RuntimeError('keras-wasm/inline reads files in Node >= 20.16 only.'));
};
