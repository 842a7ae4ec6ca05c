// This package.

const variants = { relaxed: 'relaxed', plain: 'simd', threads: 'threads' };

/**
 * Starts an engine. All adapters have this form.
 *
 * @param contender { kind, ... } of contenders.mjs
 * @param resources.package URL of this package's index.js
 * @param resources.threads how many, for the kind `threads`
 * @returns load(workload, resources), which returns { predict(inputs), dispose() }: prediction goes from typed arrays to
 *   a typed array, as in an application. `ready`, if it is there, is a promise of the engine, which load() waits for.
 */
export async function start({ kind }, resources) {
  const keras = await import(/* @vite-ignore */ resources.package);
  const ready = keras.initialize({
    variant: variants[kind],
    ...(kind === 'threads' ? { threads: resources.threads } : {}),
    ...(resources.wasm ? { wasmUrl: resources.wasm(variants[kind]) } : {}),
  });
  return {
    ready,
    async load({ batch }, { locate }) {
      const model = await keras.loadModel(locate('model.keras'));
      return {
        async predict(inputs) {
          const output = await model.predict(inputs.length === 1 ? inputs[0] : inputs, {
            batchSize: batch,
          });
          const data = output.data();
          output.dispose();
          return data;
        },
        dispose: () => model.dispose(),
      };
    },
  };
}
