// What the core says of its classes and operations: the WASM build describes itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Starts the module in `folder` and returns { classes, operations }. */
export async function describe(folder) {
  const { default: createModule } = await import(pathToFileURL(join(folder, 'keras.mjs')));
  const core = await createModule({ wasmBinary: readFileSync(join(folder, 'keras.wasm')) });
  core.setHost({
    fail(kind, message) {
      throw new Error(`${kind}: ${message}`);
    },
    warn() {},
  });
  core.start();
  const read = (text) => JSON.parse(text.replace(/\b(-?Infinity|NaN)\b(?=[,\]}])/g, 'null'));
  return { classes: read(core.describeClasses()), operations: read(core.describeOperations()) };
}
