// Small models of the common kinds.

const nothing = { apply: (x) => [x].flat()[0] };

/** `layers`, where layers that the build lacks are replaced by ones that do nothing. */
export function offered(layers) {
  const make = (Layer) =>
    function (options) {
      try {
        return new Layer(options);
      } catch {
        return nothing;
      }
    };
  return new Proxy(layers, { get: (all, name) => make(all[name]) });
}

const chain = (x, ...steps) => steps.reduce((value, layer) => layer.apply(value), x);

/** Functions that make one model each; `layers` are keras.layers, or `offered(keras.layers)`. */
export function networksOf({ Input, Model, Sequential, initializers, ops, regularizers }, layers) {
  const sequential = (list) => new Sequential(list.filter((layer) => layer !== nothing));
  return {
    mlp() {
      const { Dense, Dropout, Flatten } = layers;
      return sequential([
        Input({ shape: [28, 28] }),
        new Flatten(),
        new Dense({ units: 65, activation: 'relu', kernelRegularizer: 'l2' }),
        new Dropout({ rate: 0.5 }),
        new Dense({ units: 3, activation: 'sigmoid' }),
        new Dense({ units: 10, activation: 'softmax' }),
      ]);
    },
    families() {
      const { HeNormal, HeUniform, LecunNormal, RandomNormal, RandomUniform, TruncatedNormal } =
        initializers;
      const { GlorotNormal, VarianceScaling } = initializers;
      const { L1, L1L2 } = regularizers;
      const dense = (kernelInitializer, more) =>
        new layers.Dense({ units: 2, kernelInitializer, ...more });
      return sequential([
        Input({ shape: [3] }),
        dense('he_uniform'),
        dense(new HeNormal(), { kernelRegularizer: new L1({ l1: 0.1 }) }),
        dense(new HeUniform(), { kernelRegularizer: new L1L2({ l2: 0.1 }), activation: 'elu' }),
        dense(new LecunNormal(), { activation: 'selu' }),
        dense(new GlorotNormal(), { activation: 'leaky_relu' }),
        dense(new RandomNormal({ stddev: 0.02 }), { activation: 'softplus' }),
        dense(new RandomUniform({ seed: 1 })),
        dense(new TruncatedNormal(), { biasInitializer: new initializers.Constant({ value: 1 }) }),
        dense(new VarianceScaling({ scale: 2, mode: 'fan_out' }), { kernelConstraint: 'max_norm' }),
      ]);
    },
    cnn() {
      const { AveragePooling2D, BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D } = layers;
      const { Activation, Rescaling } = layers;
      return sequential([
        Input({ shape: [28, 28, 1] }),
        new Rescaling({ scale: 1 / 255 }),
        new Conv2D({ filters: 32, kernelSize: 3, activation: 'relu' }),
        new MaxPooling2D({ poolSize: 2 }),
        new Conv2D({ filters: 20, kernelSize: [3, 3], padding: 'same', useBias: false }),
        new BatchNormalization(),
        new Activation({ activation: 'tanh' }),
        new AveragePooling2D({ poolSize: 2 }),
        new Flatten(),
        new Dense({ units: 10, activation: 'softmax' }),
      ]);
    },
    // Blocks of ResNet, MobileNet and EfficientNet.
    blocks() {
      const { Add, BatchNormalization, Concatenate, Conv2D, Dense, DepthwiseConv2D, Multiply } =
        layers;
      const { Activation, GlobalAveragePooling2D, MaxPooling2D, ReLU, Reshape, ZeroPadding2D } =
        layers;
      const { Normalization, Rescaling } = layers;
      const inputs = Input({ shape: [40, 40, 3] });
      let x = chain(
        inputs,
        new Rescaling({ scale: 1 / 255 }),
        new Normalization(),
        new ZeroPadding2D({ padding: 3 }),
        new Conv2D({ filters: 32, kernelSize: 7, strides: 2 }),
        new BatchNormalization(),
        new Activation({ activation: 'relu' }),
        new ZeroPadding2D({
          padding: [
            [1, 1],
            [1, 1],
          ],
        }),
        new MaxPooling2D({ poolSize: 3, strides: 2 }),
      );
      for (const [kernelSize, activation] of [
        [3, 'swish'],
        [5, 'relu6'],
      ]) {
        const expand = chain(
          x,
          new Conv2D({ filters: 48, kernelSize: 1, padding: 'same', useBias: false }),
          new BatchNormalization(),
          activation === 'relu6' ? new ReLU({ maxValue: 6 }) : new Activation({ activation }),
          new DepthwiseConv2D({ kernelSize, padding: 'same', useBias: false }),
          new BatchNormalization(),
          new Activation({ activation }),
        );
        const scale = chain(
          expand,
          new GlobalAveragePooling2D(),
          new Reshape({ targetShape: [1, 1, 48] }),
          new Conv2D({ filters: 8, kernelSize: 1, activation: 'swish' }),
          new Conv2D({ filters: 48, kernelSize: 1, activation: 'sigmoid' }),
        );
        const y = chain(
          new Multiply().apply([expand, scale]),
          new Conv2D({ filters: 32, kernelSize: 1, useBias: false }),
          new BatchNormalization(),
        );
        x = new Add().apply([x, y]);
      }
      const down = chain(
        x,
        new ZeroPadding2D({
          padding: [
            [0, 1],
            [0, 1],
          ],
        }),
        new DepthwiseConv2D({ kernelSize: 3, strides: 2, padding: 'valid' }),
      );
      const small = new DepthwiseConv2D({ kernelSize: 5, strides: 2, padding: 'same' }).apply(x);
      const wide = new Conv2D({ filters: 32, kernelSize: 3, strides: 2, padding: 'same' }).apply(x);
      const outputs = chain(
        new Concatenate().apply([down, small, wide]),
        new GlobalAveragePooling2D(),
        new Dense({ units: 1000, activation: 'softmax' }),
      );
      return new Model({ inputs, outputs });
    },
    recurrent() {
      const { Bidirectional, Dense, Embedding, GRU, LSTM } = layers;
      return sequential([
        Input({ shape: [12] }),
        new Embedding({ inputDim: 20, outputDim: 16 }),
        new Bidirectional({ layer: new LSTM({ units: 20, returnSequences: true }) }),
        new GRU({ units: 24, returnSequences: true }),
        new LSTM({ units: 16 }),
        new Dense({ units: 1, activation: 'sigmoid' }),
      ]);
    },
    product() {
      const inputs = [Input({ shape: [32, 48] }), Input({ shape: [48, 40] })];
      return new Model({ inputs, outputs: ops.matmul(...inputs) });
    },
    // Without attention: it takes a twentieth of the first module, and models with it are larger than the engine.
    sequence() {
      const { Add, Conv1D, Dense, Dropout, GlobalAveragePooling1D, LayerNormalization } = layers;
      const inputs = Input({ shape: [24, 32] });
      const x = chain(
        inputs,
        new LayerNormalization({ epsilon: 1e-6 }),
        new Dense({ units: 64, activation: 'gelu' }),
        new Dropout({ rate: 0.1 }),
        new Conv1D({ filters: 32, kernelSize: 1 }),
      );
      const sum = new Add().apply([inputs, x]);
      return new Model({
        inputs,
        outputs: chain(ops.add(sum, x), new GlobalAveragePooling1D(), new Dense({ units: 4 })),
      });
    },
  };
}
