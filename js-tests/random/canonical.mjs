// Configs in a canonical form: equal for equal graphs whose calls were made in different orders.
//
// Keras numbers the calls of a layer in the order they were made, and a clone makes them in the order
// they run. Here each tensor is named by how it is computed instead of by a call number.
import { createHash } from 'node:crypto';

const hash = (text) => createHash('sha1').update(text).digest('base64').slice(0, 12);

/**
 * The config of a Functional and its nested Functionals without the order of calls; other configs unchanged.
 *
 * It also omits what Keras's clones lose: automatic names of Inputs (a clone names them after their tensors) and
 * whether the model itself is trainable.
 */
export function canonical(config) {
  if (Array.isArray(config)) return config.map(canonical);
  if (typeof config !== 'object' || config === null) return config;
  if (isGraph(config)) return canonicalGraph(config);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, canonical(value)]));
}

const isGraph = (config) =>
  Array.isArray(config.layers) && 'input_layers' in config && 'output_layers' in config;

const automaticName = /^(input_layer|keras_tensor)(_\d+)?$/;

// The same config with automatically named Inputs renamed by position.
function withNamedInputs(config) {
  const names = new Map();
  for (const { class_name: className, name } of config.layers) {
    if (className === 'InputLayer' && automaticName.test(name))
      names.set(name, `input ${names.size}`);
  }
  const renamed = (name) => names.get(name) ?? name;
  const history = (value) => {
    if (Array.isArray(value)) return value.map(history);
    if (typeof value !== 'object' || value === null) return value;
    const copy = Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, history(item)]),
    );
    if ('keras_history' in copy) copy.keras_history[0] = renamed(copy.keras_history[0]);
    return copy;
  };
  const end = (value) => {
    if (!Array.isArray(value))
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, end(v)]));
    return typeof value[0] === 'string' ? [renamed(value[0]), ...value.slice(1)] : value.map(end);
  };
  return {
    ...config,
    layers: config.layers.map((layer) => ({
      ...layer,
      ...(layer.class_name === 'InputLayer' && {
        name: renamed(layer.name),
        config: { ...layer.config, name: renamed(layer.config.name) },
      }),
      inbound_nodes: history(layer.inbound_nodes),
    })),
    input_layers: end(config.input_layers),
    output_layers: end(config.output_layers),
  };
}

function canonicalGraph(given) {
  const config = withNamedInputs(given);
  const layers = new Map(config.layers.map((layer) => [layer.name, layer]));
  const known = new Map();

  // A call as its layer and arguments.
  const call = (name, index) => {
    const key = `${name}/${index}`;
    if (!known.has(key)) {
      const node = layers.get(name).inbound_nodes[index];
      known.set(key, hash(JSON.stringify([name, node === undefined ? null : written(node)])));
    }
    return known.get(key);
  };
  const written = (value) => {
    if (Array.isArray(value)) return value.map(written);
    if (typeof value !== 'object' || value === null) return value;
    if (value.class_name === '__keras_tensor__') {
      const { keras_history: history, ...rest } = value.config;
      const [name, index, tensor] = history;
      return { ...rest, call: call(name, index), tensor };
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item)]));
  };
  // The call numbers of a Functional start at one there.
  const end = (value) => {
    if (Array.isArray(value) && typeof value[0] === 'string') {
      const [name, index, tensor] = value;
      return [call(name, index - (isGraph(layers.get(name).config) ? 1 : 0)), tensor];
    }
    if (Array.isArray(value)) return value.map(end);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, end(item)]));
  };
  return {
    ...config,
    trainable: null,
    layers: config.layers.map((layer) => ({
      ...canonical({ ...layer, inbound_nodes: null }),
      inbound_nodes: layer.inbound_nodes.map((_, i) => call(layer.name, i)).sort(),
    })),
    input_layers: end(config.input_layers),
    output_layers: end(config.output_layers),
  };
}
