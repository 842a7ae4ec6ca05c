// Large models, for the browser tests and the bench: configs of thousands of layers, and a file of 100 MB.
import { strToU8, unzipSync, zipSync } from 'fflate';

const dtype = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } };

const record = (class_name, config, inbound_nodes) => ({
  module: 'keras.layers',
  class_name,
  config,
  registered_name: null,
  name: config.name,
  inbound_nodes,
});

/** The config of a Functional, by a function that names the class and the inputs (how far before it) of each layer. */
function functional(prefix, count, describe) {
  const nameOf = (i) => `${prefix}_${i}`;
  const tensor = (i) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 8], dtype: 'float32', keras_history: [nameOf(i), 0, 0] },
  });
  const inputLayer = { name: nameOf(0), batch_shape: [null, 8], dtype: 'float32', sparse: false };
  const records = [record('InputLayer', inputLayer, [])];
  for (let i = 1; i < count; i++) {
    const { class_name, inputs, ...config } = describe(i);
    const tensors = inputs.map((before) => tensor(Math.max(0, i - before)));
    const args = tensors.length === 1 ? tensors : [tensors];
    const named = { name: nameOf(i), trainable: true, dtype, ...config };
    records.push(record(class_name, named, [{ args, kwargs: {} }]));
  }
  const ends = { input_layers: [[nameOf(0), 0, 0]], output_layers: [[nameOf(count - 1), 0, 0]] };
  const config = { name: 'large', trainable: true, layers: records, ...ends };
  return { module: 'keras.src.models.functional', class_name: 'Functional', config };
}

/** A chain with a skip connection every five layers: one block, repeated. Layers are named regular_0, regular_1 ... */
export const regularConfig = (count) =>
  functional('regular', count, (i) =>
    i % 5 === 0
      ? { class_name: 'Add', inputs: [1, 5] }
      : { class_name: 'Activation', inputs: [1], activation: 'relu' },
  );

/** No block is repeated: which layer comes next is a random bit. */
export function irregularConfig(count) {
  let state = 1;
  return functional('irregular', count, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 31
      ? { class_name: 'Add', inputs: [1, 2 + (state % 7)] }
      : { class_name: 'Activation', inputs: [1], activation: 'relu' };
  });
}

/** A `.keras` file of a config whose layers have no weights. `keras` is the package. */
export async function fileOfConfig({ Input, layers, Sequential }, config) {
  const small = await new Sequential([Input({ shape: [8] }), new layers.ReLU()]).save();
  const members = unzipSync(small);
  return Buffer.from(zipSync({ ...members, 'config.json': strToU8(JSON.stringify(config)) }));
}

/** A `.keras` file of 100 MB: 25 Dense layers of a million weights each. `keras` is the package. */
export async function fileOf100Megabytes({ Input, layers, Sequential, setRandomSeed }) {
  setRandomSeed(1);
  const dense = (_, i) => new layers.Dense({ units: 1000, name: `dense_${i}` });
  const model = new Sequential([Input({ shape: [1000] }), ...Array.from({ length: 25 }, dense)]);
  try {
    return Buffer.from(await model.save());
  } finally {
    model.dispose();
  }
}
