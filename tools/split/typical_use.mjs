// Typical work of a page: the functions that run here go into the first module of an engine (split.mjs). Everything else
// works, too, once the secondary module is loaded. Arguments: an instrumented WASM, a file for its profile, and `chosen` if
// the build has chosen layers only.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { checkout } from '../lib/paths.mjs';
import { networksOf, offered } from './networks.mjs';

const [wasmFile, profileFile, isChosen] = process.argv.slice(2);

/** The package, with the instrumented engine, whose instance is `instance`. */
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
const { Input, Model, Sequential, cloneModel, ops, tensor } = keras;
const layers = isChosen ? offered(keras.layers) : keras.layers;

const inputOf = (shape) => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => i % 7),
    shape,
  );
};

async function run(model) {
  const inputs = (batch, form = (x) => x) => {
    const values = model.inputs.map(({ shape: [, ...sample] }) => inputOf([batch, ...sample]));
    return values.length === 1 ? form(values[0]) : values.map(form);
  };
  for (const batch of [1, 3]) {
    model.predict(inputs(batch)).data();
    // Twice: later predictions use what the first one cached.
    for (let i = 0; i < 2; ++i) {
      const output = await model.predict(
        inputs(batch, (x) => x.data()),
        { batchSize: batch },
      );
      output.data();
      output.dispose();
    }
  }
  const first = model
    .predict(inputs(1, (x) => x.array()))
    .array()
    .flat(Infinity);
  if (first.some(Number.isNaN)) throw new Error('An output is not a number.');
  model.apply(inputs(1)).array();
}

async function useModel(model) {
  await run(model);
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

// Kernels have functions for several sizes around their widths.
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
    for (const { name, shape, path } of model.getLayer(layer.name).weights)
      void [name, shape, path];
    layer.setWeights(layer.getWeights());
  }
  for (const weight of model.weights) weight.assign(weight.value().data());
  // Files may hold 64-bit counters.
  for (const counter of model.weights.filter(({ dtype }) => dtype === 'int32'))
    counter.assign(tensor([1], counter.shape, 'int64'));
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

/** Expects an error. */
function fails(mistake) {
  try {
    mistake();
  } catch (error) {
    void String(error);
    return;
  }
  throw new Error('Something that should have failed did not.');
}

// Common errors must not need the secondary module: where it is missing, the failure to load it would hide them.
function useErrors() {
  const x = Input({ shape: [3] });
  const dense = new layers.Dense({ units: 2, name: 'd' });
  const model = new Model({ inputs: x, outputs: dense.apply(x) });
  const stack = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
  const own = () => {
    throw new Error('user code');
  };
  class Failing extends keras.Layer {
    static className = 'Failing';
    call() {
      own();
    }
  }
  for (const original of [model, stack]) {
    fails(() => cloneModel(original, { cloneFunction: own }));
    fails(() => original.predict(tensor([[1, 2]])));
    fails(() => original.getLayer('nothing'));
  }
  fails(() => cloneModel(model, { callFunction: own }));
  fails(() => new Failing().apply(x));
  fails(() => new Sequential([x, new Failing()]).predict([[1, 2, 3]]));
  fails(() => new layers.Dense({}));
  fails(() => new layers.Dense({ units: -1 }));
  fails(() => new layers.Dense({ units: 2, activtion: 'relu' }));
  fails(() => Sequential.fromConfig({ layers: 1 }));
  fails(() => keras.modelFromJson('{'));
}

/** Skips what a build with chosen layers lacks. */
async function attempt(use) {
  try {
    await use();
  } catch (error) {
    if (!isChosen) throw error;
  }
}

for (const make of Object.values(networksOf(keras, layers)))
  await attempt(async () => await useModel(make()));
// Of the demo's models those that small pages would use.
for (const name of ['digits', 'digits_mlp', 'digits_nested', 'digits_rnn'])
  await attempt(async () =>
    useModel(await keras.loadModel(join(checkout, `demo/models/${name}.keras`))),
  );
await attempt(useSizes);
await attempt(useOwnClass);
await attempt(useErrors);
// Finalizers.
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
process.exit(); // before a finalizer runs: the glue does not know that the memory grew
