// What pages mostly do with models: it decides what is in the first part of an engine (split.mjs). Whatever is not done
// here works as well, once the rest is there. Run with an instrumented WASM, a file for its profile, and whether the build
// has chosen layers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { filesBelow } from '../lib/files.mjs';
import { checkout } from '../lib/paths.mjs';

const [wasmFile, profileFile, isChosen] = process.argv.slice(2);

/** The package as built, with the instrumented engine; `instance` is what runs it. */
async function start() {
  let instance;
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...args) => (instance = await instantiate(...args));
  const keras = await import(pathToFileURL(join(checkout, 'dist/index.js')));
  await keras.initialize({ wasmBinary: readFileSync(wasmFile) });
  WebAssembly.instantiate = instantiate;
  return { keras, instance };
}

const { keras, instance } = await start();
const { Input, Model, Sequential, cloneModel, layers, ops, tensor } = keras;

const chain = (x, ...steps) => steps.reduce((value, layer) => layer.apply(value), x);

const networks = {
  mlp() {
    const { Dense, Dropout, Flatten } = layers;
    return new Sequential([
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
      keras.initializers;
    const { GlorotNormal, VarianceScaling } = keras.initializers;
    const { L1, L1L2 } = keras.regularizers;
    const dense = (kernelInitializer, more) =>
      new layers.Dense({ units: 2, kernelInitializer, ...more });
    return new Sequential([
      Input({ shape: [3] }),
      dense('he_uniform'),
      dense(new HeNormal(), { kernelRegularizer: new L1({ l1: 0.1 }) }),
      dense(new HeUniform(), { kernelRegularizer: new L1L2({ l2: 0.1 }), activation: 'elu' }),
      dense(new LecunNormal(), { activation: 'selu' }),
      dense(new GlorotNormal(), { activation: 'leaky_relu' }),
      dense(new RandomNormal({ stddev: 0.02 }), { activation: 'softplus' }),
      dense(new RandomUniform({ seed: 1 })),
      dense(new TruncatedNormal(), { biasInitializer: new keras.initializers.Constant(1) }),
      dense(new VarianceScaling({ scale: 2, mode: 'fan_out' }), { kernelConstraint: 'max_norm' }),
    ]);
  },
  cnn() {
    const { AveragePooling2D, BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D } = layers;
    const { Activation, Rescaling } = layers;
    return new Sequential([
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
    const { Add, BatchNormalization, Concatenate, Conv2D, Dense, DepthwiseConv2D, Multiply } = layers;
    const { Activation, GlobalAveragePooling2D, MaxPooling2D, ReLU, Reshape, ZeroPadding2D } = layers;
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
      new ZeroPadding2D({ padding: [[1, 1], [1, 1]] }),
      new MaxPooling2D({ poolSize: 3, strides: 2 }),
    );
    for (const [kernelSize, activation] of [[3, 'swish'], [5, 'relu6']]) {
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
      new ZeroPadding2D({ padding: [[0, 1], [0, 1]] }),
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
    return new Sequential([
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
  transformer() {
    const { Add, Dense, Dropout, GlobalAveragePooling1D, LayerNormalization } = layers;
    const { Conv1D, MultiHeadAttention } = layers;
    const inputs = Input({ shape: [24, 32] });
    const normal = new LayerNormalization({ epsilon: 1e-6 }).apply(inputs);
    const attended = new MultiHeadAttention({ numHeads: 4, keyDim: 8, dropout: 0.1 }).apply(
      normal,
      normal,
    );
    const x = new Add().apply([inputs, attended]);
    const y = chain(
      x,
      new LayerNormalization(),
      new Dense({ units: 64, activation: 'gelu' }),
      new Dropout({ rate: 0.1 }),
      new Conv1D({ filters: 32, kernelSize: 1 }),
    );
    return new Model({
      inputs,
      outputs: chain(ops.add(x, y), new GlobalAveragePooling1D(), new Dense({ units: 4 })),
    });
  },
};

const inputOf = (shape) => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(Float32Array.from({ length: size }, (_, i) => i % 7), shape);
};

async function run(model) {
  const inputs = (batch) => {
    const values = model.inputs.map(({ shape: [, ...sample] }) => inputOf([batch, ...sample]));
    return values.length === 1 ? values[0] : values;
  };
  for (const batch of [1, 3]) model.predict(inputs(batch)).data();
  const arrays = model.inputs.length === 1 ? inputs(1).array() : inputs(1).map((x) => x.array());
  const first = model.predict(arrays, { batchSize: 1 }).array().flat(Infinity);
  if (first.some(Number.isNaN)) throw new Error('An output is no number.');
  model.apply(inputs(1)).array();
}

async function useModel(model) {
  await run(model);
  const { log } = console;
  console.log = () => {};
  model.summary();
  console.log = log;
  const opened = await keras.loadModel(await keras.saveModel(model));
  await run(opened);
  keras.modelFromJson(model.toJson());
  const { constructor } = model;
  constructor.fromConfig(model.getConfig());
  const fresh = cloneModel(model);
  fresh.setWeights(model.getWeights());
  await run(fresh);
  await run(cloneModel(model, { copyWeights: true, rename: (name) => `${name}_copy` }));
  const hooks = {
    cloneFunction: (layer) => layer.constructor.fromConfig(layer.getConfig()),
    callFunction: (layer, ...args) => layer.apply(...args),
  };
  if (model instanceof Sequential) cloneModel(model, { cloneFunction: hooks.cloneFunction });
  else cloneModel(model, { ...hooks, recursive: true });
  look(model);
  for (const each of [opened, fresh]) each.dispose();
}

// Kernels have a function for each size around their widths.
async function useSizes() {
  const { Conv2D, Dense, DepthwiseConv2D } = layers;
  const sizes = Array.from({ length: 13 }, (_, i) => i + 1);
  for (const size of sizes) {
    const units = new Sequential([Input({ shape: [17] }), new Dense({ units: size })]);
    for (const batch of sizes) units.predict(inputOf([batch, 17]));
    for (const kernelSize of [1, 3, 5]) {
      for (const strides of [1, 2]) {
        const options = { kernelSize, strides, padding: 'same', activation: 'relu' };
        const image = Input({ shape: [7, size, 20] });
        const full = new Conv2D({ filters: 12, ...options });
        const deep = new DepthwiseConv2D(options);
        for (const layer of [full, deep])
          await run(new Model({ inputs: image, outputs: layer.apply(image) }));
      }
    }
  }
}

function look(model) {
  void [model.name, model.inputs, model.outputs, model.inputShape, model.outputShape];
  void [model.trainableWeights, model.nonTrainableWeights, model.countParams()];
  for (const layer of model.layers) {
    void [layer.input, layer.output, layer.trainable, layer.built, layer.dtype, layer.getConfig()];
    for (const { name, shape, path } of model.getLayer(layer.name).weights) void [name, shape, path];
    layer.setWeights(layer.getWeights());
  }
  for (const weight of model.weights) weight.assign(weight.value().data());
}

function useOwnClass() {
  class Scale extends keras.Layer {
    static className = 'Scale';
    build(shape) {
      this.scale = this.addWeight({ name: 'scale', shape: [shape.at(-1)], initializer: 'ones' });
    }
    call(x) {
      return ops.add(ops.multiply(x, this.scale), ops.matmul(x, ops.transpose(x)));
    }
  }
  const model = new Sequential([Input({ shape: [1] }), new Scale()]);
  model.predict([[4]]).array();
  cloneModel(model, { cloneFunction: (layer) => layer });
  Sequential.fromConfig(model.getConfig(), { Scale });
}

/** A mistake whose error is part of everyday work, too. */
function fails(mistake) {
  try {
    mistake();
  } catch (error) {
    void String(error);
    return;
  }
  throw new Error('Something that should have failed did not.');
}

for (const make of Object.values(networks)) {
  try {
    await useModel(make());
  } catch (error) {
    // A build with chosen layers has not all that they need.
    if (!isChosen) throw error;
  }
}
if (!isChosen) {
  await useSizes();
  for (const file of filesBelow(join(checkout, 'demo/models'), '.keras'))
    await useModel(await keras.loadModel(file));
}
useOwnClass();
fails(() => new layers.Dense({ units: -1 }));
fails(() => keras.modelFromJson('{'));
// Finalizers, too.
for (let i = 0; i < 2; ++i) {
  globalThis.gc();
  await sleep(50);
}

const write = instance.exports.__write_profile;
const memory = Object.values(instance.exports).find((each) => each instanceof WebAssembly.Memory);
const room = 1 << 20;
const place = memory.buffer.byteLength;
memory.grow(room >> 16);
writeFileSync(profileFile, new Uint8Array(memory.buffer, place, write(place, room)));
process.exit(); // before a finalizer runs in the module, whose glue does not know that its memory grew
