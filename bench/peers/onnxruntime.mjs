// ONNX Runtime Web: its wasm provider. There is one build, with plain SIMD, for one thread and for several.
import * as ort from 'onnxruntime-web/wasm';

export async function start({ kind }, resources) {
  ort.env.wasm.numThreads = kind === 'threads' ? resources.threads : 1;
  ort.env.wasm.wasmPaths = resources.packageFolder('onnxruntime-web/dist/');
  ort.env.logLevel = 'error';
  return {
    async load({ inputs: shapes }, { read }) {
      const session = await ort.InferenceSession.create(await read('model.onnx'), {
        executionProviders: ['wasm'],
      });
      const [output] = session.outputNames;
      return {
        async predict(inputs) {
          const feeds = {};
          session.inputNames.forEach((name, i) => {
            feeds[name] = new ort.Tensor('float32', inputs[i], shapes[i]);
          });
          return (await session.run(feeds))[output].data;
        },
        dispose: () => session.release(),
      };
    },
  };
}
