// TensorFlow.js: its layers, on its wasm backend.
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { rebuild } from './tfjs/rebuild.mjs';

export async function start({ kind }, resources) {
  setWasmPaths(resources.packageFolder('@tensorflow/tfjs-backend-wasm/dist/'));
  // It uses threads by default where they are available.
  if (kind === 'threads') setThreadsCount(resources.threads);
  else tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm'))) throw new Error('The wasm backend does not start.');
  await tf.ready();
  return {
    async load({ weights, inputs: shapes }, { read }) {
      const config = JSON.parse(new TextDecoder().decode(await read('config.json')));
      const model = rebuild(config, weights, await read('weights.bin'));
      return {
        async predict(inputs) {
          const tensors = inputs.map((values, i) => tf.tensor(values, shapes[i], 'float32'));
          const output = model.predictOnBatch(tensors.length === 1 ? tensors[0] : tensors);
          const data = await output.data();
          for (const tensor of [...tensors, output]) tensor.dispose();
          return data;
        },
        dispose: () => model.dispose(),
      };
    },
  };
}
