// Runs one contender in its own process or page. The conductor (conductor.mjs) calls these methods one at a time.
import { measurePeak } from './peak.mjs';
import { largestDifference } from './statistics.mjs';

/** Imports of the peers' adapters and their packages. An adapter exports start(); see peers/keras_wasm.mjs. */
const adapters = {
  'keras-wasm': () => import('./peers/keras_wasm.mjs'),
  before: () => import('./peers/keras_wasm.mjs'),
  litert: () => import('./peers/litert.mjs'),
  onnxruntime: () => import('./peers/onnxruntime.mjs'),
  tfjs: () => import('./peers/tfjs.mjs'),
};

const now = () => performance.now();

/** Long enough for a clock with a resolution of 5 microseconds to measure within one percent. */
const sampleMilliseconds = 0.5;

let engine;
let model;
let inputs;
let expected;
let callsInSample = 1;

async function startEngine(contender, resources) {
  const { start } = await adapters[contender.peer]();
  engine = await start(contender, resources);
}

// When the engine runs, on the clock.
async function whenReady() {
  await engine.ready;
  return now();
}

/**
 * Measures the time from nothing to the first result.
 *
 * @param resources.read bytes of a file of the workload's folder
 * @returns milliseconds since the process or page started, at four points: when this function starts, when the engine is
 *   ready, when the model is loaded, and when the first result is there.
 */
export async function startOnce({ contender, workload }, resources) {
  if (!contender) return {}; // an empty process, for comparison
  const begun = now();
  const zeros = workload.inputs.map((shape) => new Float32Array(shape.reduce((a, b) => a * b)));
  await startEngine(contender, resources);
  const starting = whenReady();
  starting.catch(() => {}); // load() throws the same error
  model = await engine.load(workload, resources);
  const loaded = now();
  await model.predict(zeros);
  return { begun, ready: await starting, loaded, first: now() };
}

/** The methods that the conductor calls. `resources` locates files in this place. */
export const methods = {
  peak: () => measurePeak(),

  async start({ contender }, resources) {
    await startEngine(contender, resources);
    await engine.ready;
  },

  /** Loads a workload and warms it up. Returns the difference of its first result from Keras's. */
  async load({ workload, warmUp }, resources) {
    inputs = cut(await floats('inputs.bin', resources), workload.inputs);
    expected = await floats('expected.bin', resources);
    model = await engine.load(workload, resources);
    const difference = largestDifference(await model.predict(inputs), expected);
    // Counts calls, not iterations: a hot loop inside one long call stays in the engine's baseline compiler.
    callsInSample = 1;
    const { samples } = await methods.turn({ milliseconds: warmUp, least: 2 });
    const fastest = Math.min(...samples);
    callsInSample = Math.max(1, Math.round(sampleMilliseconds / fastest));
    return { difference };
  },

  /**
   * Predicts for about this many milliseconds and takes at least `least` samples. Input and output are typed arrays.
   *
   * @returns samples: milliseconds per prediction, averaged over several where one is too short to measure.
   */
  async turn({ milliseconds, least }) {
    const samples = [];
    const end = now() + milliseconds;
    let start = now();
    while (samples.length < least || start < end) {
      for (let i = 0; i < callsInSample; ++i) await model.predict(inputs);
      const stop = now();
      samples.push((stop - start) / callsInSample);
      start = stop;
    }
    return { samples };
  },

  /**
   * Opens a workload in a process that has done nothing else, and predicts for that many milliseconds. Returns the times of
   * opening, of the first and of the fastest prediction, and by how much the largest resident size grew, in bytes.
   */
  async measureAlone({ workload, milliseconds }, resources) {
    const startSize = resources.resetLargestSize();
    inputs = cut(await floats('inputs.bin', resources), workload.inputs);
    const begun = now();
    model = await engine.load(workload, resources);
    const loaded = now();
    const result = await model.predict(inputs);
    const done = now();
    const difference = largestDifference(result, await floats('expected.bin', resources));
    const { samples } = await methods.turn({ milliseconds, least: 3 });
    return {
      load: loaded - begun,
      first: done - loaded,
      predict: Math.min(...samples),
      memory: resources.largestSize() - startSize,
      difference,
    };
  },

  /** Predicts this many times and returns the memory of the process afterwards. */
  async endure({ calls }, { memory }) {
    for (let i = 0; i < calls; ++i) await model.predict(inputs);
    return { memory: memory() };
  },

  /** Checks that the results still equal Keras's, then frees the model. */
  async unload() {
    const difference = largestDifference(await model.predict(inputs), expected);
    model.dispose();
    model = inputs = expected = undefined;
    return { difference };
  },
};

async function floats(name, { read }) {
  const bytes = await read(name);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function cut(values, shapes) {
  let offset = 0;
  return shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b);
    return values.slice(offset, (offset += size));
  });
}
