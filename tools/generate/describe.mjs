// What the core says of its classes and operations: the WASM build describes itself.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkout } from '../lib/paths.mjs';

// JSON as Python writes it, which has numbers that JavaScript's has not.
const read = (text) => JSON.parse(text.replace(/\b(-?Infinity|NaN)\b(?=[,\]}])/g, 'null'));

/** Starts the module in `folder` and returns { classes, operations }. */
export async function describe(folder) {
  const { default: createModule } = await import(pathToFileURL(join(folder, 'keras.mjs')));
  const core = await createModule({ wasmBinary: readFileSync(join(folder, 'keras.wasm')) });
  core.setCallbacks({
    fail(record) {
      const { kind, message } = JSON.parse(record);
      throw new Error(`${kind}: ${message}`);
    },
    warn() {},
  });
  core.start();
  const classes = read(core.describeClasses());
  for (const layer of classes.layers) layer.weights = weightsInKeras(layer.className);
  return { classes, operations: read(core.describeOperations()) };
}

// The names of a layer's own weights in the models that Keras made of it.
function weightsInKeras(className) {
  const path = join(checkout, `native-tests/fixtures/golden/${className}.json`);
  if (!existsSync(path)) return [];
  const names = new Set();
  for (const { to_json: model, weights = [] } of read(readFileSync(path, 'utf8')).cases) {
    const own = (model?.config?.layers ?? []).filter((layer) => layer.class_name === className);
    for (const { path: place } of weights) {
      const [layer, name, ...below] = place.split('/');
      if (name && below.length === 0 && own.some(({ config }) => config.name === layer))
        names.add(name);
    }
  }
  return [...names];
}
