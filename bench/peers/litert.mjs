// LiteRT.js with its XNNPACK kernels: a build for relaxed SIMD, one without ("compat"), and one with threads.
import * as litert from '@litertjs/core';

const files = { relaxed: 'litert_wasm_internal.js', plain: 'litert_wasm_compat_internal.js' };

export async function start({ kind }, resources) {
  resources.prepareLiteRt?.();
  const folder = resources.packageFolder('@litertjs/core/wasm/');
  if (kind === 'threads') await litert.loadLiteRt(folder, { threads: true });
  else await litert.loadLiteRt(folder + files[kind]);
  const options = {
    accelerator: 'wasm',
    ...(kind === 'threads' ? { cpuOptions: { numThreads: resources.threads } } : {}),
  };
  return {
    async load({ inputs: shapes }, { read }) {
      const model = await litert.loadAndCompile(await read('model.tflite'), options);
      // Sorted by name: the converter does not keep the order of inputs.
      const order = model
        .getInputDetails()
        .map(({ name }, place) => ({ name, place }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ place }) => place);
      return {
        async predict(inputs) {
          const tensors = [];
          order.forEach((place, i) => {
            tensors[place] = new litert.Tensor(inputs[i], shapes[i]);
          });
          const outputs = await model.run(tensors);
          const data = outputs[0].toTypedArray();
          for (const tensor of [...tensors, ...outputs]) tensor.delete();
          return data;
        },
        dispose: () => model.delete(),
      };
    },
  };
}
