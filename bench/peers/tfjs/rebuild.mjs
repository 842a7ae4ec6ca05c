// A Keras 3 model built again through the API of TensorFlow.js, which cannot open its file.
import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model as makeModel } from '@tensorflow/tfjs-layers';
import { ownLayers } from './own_layers.mjs';

/** Keras's class -> function of TensorFlow.js. */
const makers = {
  Activation: 'activation',
  Add: 'add',
  BatchNormalization: 'batchNormalization',
  Conv2D: 'conv2d',
  Dense: 'dense',
  DepthwiseConv2D: 'depthwiseConv2d',
  Dropout: 'dropout',
  Flatten: 'flatten',
  GlobalAveragePooling2D: 'globalAveragePooling2d',
  LSTM: 'lstm',
  LayerNormalization: 'layerNormalization',
  MaxPooling2D: 'maxPooling2d',
  Multiply: 'multiply',
  ReLU: 'reLU',
  Rescaling: 'rescaling',
  Reshape: 'reshape',
  ZeroPadding2D: 'zeroPadding2d',
};

// Keras 3's new names of old functions.
const renamed = { channels_last: 'channelsLast', silu: 'swish' };

// Weights are set later, so drawing them would waste time. TensorFlow.js does not know the other keys.
const dropped =
  /_(initializer|regularizer|constraint)$|^(dtype|seed|groups|build_config|backward_layer)$/;

const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

function optionsOf(config) {
  const options = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null || dropped.test(key)) continue;
    options[camelCase(key)] = renamed[value] ?? value;
  }
  for (const weight of ['kernel', 'depthwise', 'recurrent', 'bias'])
    options[`${weight}Initializer`] = 'zeros';
  return options;
}

function makeLayer({ class_name, config }) {
  if (class_name in ownLayers) return new ownLayers[class_name](config);
  if (class_name === 'Bidirectional')
    return layers.bidirectional({
      layer: makeLayer(config.layer),
      mergeMode: config.merge_mode,
      name: config.name,
    });
  const maker = makers[class_name];
  if (!maker) throw new Error(`TensorFlow.js has no ${class_name}.`);
  return layers[maker](optionsOf(config));
}

/**
 * @param config of the whole model, as `model.to_json()` writes it
 * @param weights [{ layer, shapes }], in the order in which `bytes` holds their values
 */
export function rebuild({ class_name, config }, weights, bytes) {
  const made = new Map();
  const model = class_name === 'Sequential' ? chain(config, made) : graph(config, made);
  setWeights(made, weights, bytes);
  return model;
}

function chain(config, made) {
  const [{ config: first }, ...rest] = config.layers;
  const inputs = input({ shape: first.batch_shape.slice(1) });
  let outputs = inputs;
  for (const entry of rest) {
    const layer = makeLayer(entry);
    made.set(entry.config.name, layer);
    outputs = layer.apply(outputs);
  }
  return makeModel({ inputs, outputs });
}

function graph(config, made) {
  const tensors = new Map();
  for (const entry of config.layers) {
    if (entry.class_name === 'InputLayer') {
      tensors.set(entry.name, input({ shape: entry.config.batch_shape.slice(1) }));
      continue;
    }
    const layer = makeLayer(entry);
    made.set(entry.name, layer);
    // Each tensor once: TensorFlow.js would free a tensor that a layer takes twice while others still need it.
    const names = new Set(tensorNames(entry.inbound_nodes[0].args));
    const given = [...names].map((name) => tensors.get(name));
    tensors.set(entry.name, layer.apply(given.length === 1 ? given[0] : given));
  }
  const named = (places) => [places].flat(Infinity).filter((place) => tensors.has(place));
  return makeModel({
    inputs: named(config.input_layers).map((name) => tensors.get(name)),
    outputs: named(config.output_layers).map((name) => tensors.get(name)),
  });
}

/** Names of the layers whose outputs are among the arguments, in order. */
function tensorNames(value) {
  if (Array.isArray(value)) return value.flatMap(tensorNames);
  if (value?.class_name === '__keras_tensor__') return [value.config.keras_history[0]];
  return [];
}

function setWeights(made, weights, bytes) {
  let offset = bytes.byteOffset;
  for (const { layer, shapes } of weights) {
    const tensors = shapes.map((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = new Float32Array(bytes.buffer, offset, size);
      offset += 4 * size;
      return tf.tensor(values, shape, 'float32');
    });
    made.get(layer).setWeights(tensors);
    if (!made.get(layer).keepsTensors) for (const tensor of tensors) tensor.dispose();
  }
}
