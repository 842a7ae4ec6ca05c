// node tools/interop/tfjs/check.mjs FOLDER [group]: saves the models of the golden cases as layers models, opens them in
// TensorFlow.js, which FOLDER/node_modules has, and compares with what Keras computed.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { initialize, setWarningHandler } from '../../../dist/index.js';
import { goldenModels } from '../golden_models.mjs';

const [folder, only] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Usage: node tools/interop/tfjs/check.mjs FOLDER [group]');
const require = createRequire(pathToFileURL(join(resolve(folder), 'package.json')));
const importPeer = (name) => import(pathToFileURL(require.resolve(name)));

const tf = (await importPeer('@tensorflow/tfjs')).default;

/** The files of a model as an IOHandler of TensorFlow.js. */
function loader(files) {
  const { weightsManifest, ...json } = JSON.parse(Buffer.from(files['model.json']).toString());
  const bytes = Buffer.concat(
    weightsManifest.flatMap(({ paths }) => paths.map((path) => files[path])),
  );
  return {
    load: () =>
      Promise.resolve({
        ...json,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      }),
  };
}

function compare(got, { shape, data }, { rtol, atol }) {
  if (JSON.stringify(got.shape) !== JSON.stringify(shape))
    throw new Error(`Keras shape ${shape.join()}, TensorFlow.js ${got.shape.join()}`);
  const values = got.dataSync();
  data.forEach((wanted, i) => {
    if (!(Math.abs(values[i] - wanted) <= atol + rtol * Math.abs(wanted)))
      throw new Error(`Keras ${wanted}, TensorFlow.js ${values[i]}`);
  });
}

async function check(model, { calls, tol }) {
  const files = await model.save(undefined, { format: 'tfjs' });
  const loaded = await tf.loadLayersModel(loader(files));
  for (const { training, inputs, outputs } of calls) {
    if (training) continue;
    const given = inputs.map(({ shape, dtype, data }) =>
      tf.tensor([...data].map(Number), shape, dtype),
    );
    const result = [loaded.predict(given.length === 1 ? given[0] : given)].flat();
    outputs.forEach((wanted, i) => compare(result[i], wanted, tol));
  }
  loaded.dispose();
}

setWarningHandler(() => {});
await initialize();
await tf.setBackend('cpu');
const counts = { passed: 0, failed: 0, refused: 0 };
for await (const { id, note, model, record } of goldenModels(only)) {
  const isKnown = record.calls.every(({ outputs }) => outputs.every(({ data }) => data));
  if (!isKnown) continue; // half precision
  try {
    await check(model, record);
    ++counts.passed;
  } catch (error) {
    if (error.name === 'NotImplementedError') {
      ++counts.refused;
      if (process.env.VERBOSE) console.log(`refused ${id}: ${error.message.split('\n').at(-1)}`);
      continue;
    }
    ++counts.failed;
    console.log(`FAILED ${id} (${note}): ${error.message}`);
  }
}
console.log(
  `${counts.passed} passed, ${counts.failed} failed; ${counts.refused} models have no form in TensorFlow.js`,
);
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
