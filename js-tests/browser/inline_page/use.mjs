// What every place does with the package in one file: makes, saves, opens, clones and runs a model.
export async function use(keras) {
  const running = await keras.initialize();
  const inputs = keras.Input({ shape: [4] });
  const dense = new keras.layers.Dense({ units: 2, kernelInitializer: 'ones' });
  const model = new keras.Model({ inputs, outputs: dense.apply(inputs) });
  const opened = await keras.loadModel(await model.save());
  const clone = keras.cloneModel(opened, { copyWeights: true, rename: (name) => 'a_' + name });
  return { running, output: clone.predict([[1, 2, 3, 4]]).array() };
}
