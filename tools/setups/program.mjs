// The program that every setup runs, in the forms that setups need, and what it must give.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../lib/paths.mjs';

const fixture = join(checkout, 'js-tests/fixtures/files/functional.keras');

/** A model that Keras wrote. */
export const model = readFileSync(fixture);
const { inputs, outputs } = JSON.parse(readFileSync(`${fixture}.json`, 'utf8'));

/** Opens the model, clones it with a hook, saves the clone, opens that and predicts. */
const use = `
async function use(bytes, options) {
  const running = await keras.initialize(options);
  const model = await keras.loadModel(bytes);
  const clone = keras.cloneModel(model, {
    copyWeights: true,
    callFunction(layer, ...args) {
      const out = layer.apply(...args);
      return layer instanceof keras.layers.Dense ? new keras.layers.Dropout({ rate: 0.5 }).apply(out) : out;
    },
  });
  const saved = await keras.loadModel(await clone.save());
  const x = keras.tensor(${JSON.stringify(inputs.tensors[0].data)}, ${JSON.stringify(inputs.tensors[0].shape)});
  const { layers } = saved;
  return { running, added: layers.length - model.layers.length, output: [...saved.predict(x).data()] };
}`;

/** A module that exports `use`. */
export const moduleText = (entry = 'keras-wasm') =>
  `import * as keras from '${entry}';${use}\nexport { use };\n`;

/** A script of CommonJS that does so. */
export const commonJsText = (entry = 'keras-wasm') =>
  `const keras = require('${entry}');${use}\nmodule.exports = { use };\n`;

/** A script or module that runs in Node and prints the result. */
export const nodeText = ({ isModule, options = {} }) =>
  `${isModule ? "import { use } from './use.mjs';\nimport { readFileSync } from 'node:fs';" : "const { use } = require('./use.cjs');\nconst { readFileSync } = require('node:fs');"}
use(readFileSync('model.keras'), ${JSON.stringify(options)}).then((result) => console.log(JSON.stringify(result)));
`;

/** A module of a page that sends the result to an address; `start` gives the promise of it. */
export const pageText = (
  report,
  { start = callUse(), imports = "import { use } from './use.mjs';" } = {},
) => `${imports}
const send = (result) => fetch('${report}', { method: 'POST', mode: 'no-cors', body: JSON.stringify(result) });
${start}.then(send, (error) => send({ error: String(error) }));
`;

/** The call of `use` in a page or worker. */
export function callUse(options = {}) {
  return `fetch('/model.keras').then((response) => response.arrayBuffer()).then((bytes) => use(bytes, ${JSON.stringify(options)}))`;
}

/** HTML with the given scripts. */
export const html = (scripts) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Setup</title><link rel="icon" href="data:,">${scripts}</html>\n`;

/** Why a result is wrong; undefined when it is right. `threads` is how many threads must run, if that matters. */
export function wrongIn({ error, running, threads, added, output } = {}) {
  if (error) return error;
  if (threads !== undefined && running.threads !== threads)
    return `${running.threads} threads ran, not ${threads}`;
  if (added !== 2) return `${added} layers were added, not 2`;
  const wanted = outputs.tensors[0].data;
  const isNear = wanted.every((value, i) => Math.abs(value - output[i]) < 1e-5);
  return isNear ? undefined : `it predicted ${output}, not ${wanted}`;
}

/** The import of an engine in a worker, and the promise of what it gives for the same program. */
export const engineImport = "import { createWorkerEngine } from 'keras-wasm/worker';";
export const callEngine = (options = {}) => `(async () => {
  const engine = await createWorkerEngine(${JSON.stringify(options)});
  const model = await engine.loadModel('/model.keras');
  const clone = await engine.cloneModel(model, {
    copyWeights: true,
    hooks: ({ layers }) => ({
      callFunction(layer, ...args) {
        const out = layer.apply(...args);
        return layer instanceof layers.Dense ? new layers.Dropout({ rate: 0.5 }).apply(out) : out;
      },
    }),
  });
  const saved = await engine.loadModel(await clone.save());
  const { data } = await saved.predict(new Float32Array(${JSON.stringify(inputs.tensors[0].data)}));
  const count = async (each) => (await each.getConfig()).layers.length;
  return { running: engine.running, added: (await count(saved)) - (await count(model)), output: [...data] };
})()`;
