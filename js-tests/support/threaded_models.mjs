// Models whose work is large enough for several threads, for tests in Node and in pages.

// From the package to a model, by name: the input shape, the number of inputs, and a chain of layers or functions.
const models = {
  mlp: ({ layers }) => ({
    input: [300],
    batch: 50,
    stack: [
      new layers.Dense({ units: 500, activation: 'gelu' }),
      new layers.Dense({ units: 403, activation: 'relu' }),
      new layers.Dense({ units: 101, activation: 'softmax' }),
    ],
  }),
  cnn: ({ layers }) => ({
    input: [33, 33, 3],
    batch: 2,
    stack: [
      new layers.Conv2D({ filters: 35, kernelSize: 3, padding: 'same', activation: 'relu' }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.Conv2D({ filters: 60, kernelSize: 3, activation: 'silu' }),
      new layers.AveragePooling2D({ poolSize: 2, padding: 'same' }),
      new layers.Conv2D({ filters: 100, kernelSize: 3, padding: 'same' }),
      new layers.LayerNormalization(),
    ],
  }),
  mobilenet: ({ layers }) => ({
    input: [28, 28, 24],
    batch: 2,
    stack: [
      new layers.Conv2D({ filters: 96, kernelSize: 1, useBias: false }),
      new layers.BatchNormalization(),
      new layers.ReLU({ maxValue: 6 }),
      new layers.DepthwiseConv2D({ kernelSize: 3, padding: 'same', activation: 'relu' }),
      new layers.DepthwiseConv2D({ kernelSize: 5, strides: 2, padding: 'same' }),
      new layers.BatchNormalization(),
      new layers.ReLU({ maxValue: 6 }),
      new layers.SeparableConv2D({ filters: 40, kernelSize: 3, depthMultiplier: 2 }),
    ],
  }),
  lstm: ({ layers }) => ({
    input: [30, 40],
    batch: 20,
    stack: [
      new layers.LSTM({ units: 70, returnSequences: true }),
      new layers.Bidirectional({ layer: new layers.GRU({ units: 33, returnSequences: true }) }),
    ],
  }),
  attention: ({ layers }) => ({
    input: [61, 72],
    batch: 3,
    stack: [
      (x) => new layers.MultiHeadAttention({ numHeads: 6, keyDim: 24 }).apply(x, x),
      new layers.LayerNormalization(),
      new layers.Dense({ units: 150, activation: 'tanh' }),
    ],
  }),
};

/** The names of the models. */
export const modelNames = Object.keys(models);

/**
 * What each model predicts for fixed weights and inputs, as the bits of its numbers in hexadecimal, by name. Each
 * predicts three times; differing bits are an Error.
 */
export function predictions(keras) {
  const of = (make) => {
    keras.clearSession();
    keras.setRandomSeed(7);
    const { input, batch, stack } = make(keras);
    const inputs = keras.Input({ shape: input });
    const outputs = stack.reduce(
      (x, layer) => (typeof layer === 'function' ? layer(x) : layer.apply(x)),
      inputs,
    );
    const model = new keras.Model({ inputs, outputs });
    const x = numbers(batch, ...input);
    const [first, ...others] = [1, 2, 3].map(() => bitsOf(model.predict(x, { batchSize: batch })));
    if (others.some((bits) => bits !== first)) throw new Error(`${make.name} is not repeatable`);
    return first;
  };
  return Object.fromEntries(Object.entries(models).map(([name, make]) => [name, of(make)]));

  function numbers(...shape) {
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    for (let i = 0, state = 1; i < data.length; ++i) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[i] = state / 2 ** 31 - 1;
    }
    return keras.tensor(data, shape);
  }
}

function bitsOf(tensor) {
  const bits = new Uint32Array(tensor.data().buffer);
  if (!bits.some((word) => word !== bits[0])) throw new Error('All numbers are the same.');
  return Array.from(bits, (word) => word.toString(16).padStart(8, '0')).join('');
}

/**
 * Call it before initialize(). The function it returns gives the number of shared jobs since then: 0 in builds without
 * threads.
 */
export function jobsOfPool() {
  const { instantiate } = WebAssembly;
  let exports;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    exports = instance.exports;
    return instance;
  };
  return () => exports.keras_jobs_of_pool?.() ?? 0;
}
