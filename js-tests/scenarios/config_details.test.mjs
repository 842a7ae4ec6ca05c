// Details of configs (recorded keywords, masks, structures, node indices, operations), compared with Keras's answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  activations,
  clearSession,
  cloneModel,
  ellipsis,
  Functional,
  initializers,
  Input,
  kwargs,
  Layer,
  layers,
  Model,
  modelFromJson,
  ops,
  Sequential,
  slice,
  tuple,
} from '../support/keras.mjs';
import { answersOf, chain, dense, history, names, raised, stack } from '../support/scenarios.mjs';

const keras = answersOf('config_details');

/** The record of one call of `layer`, made by `call` on an Input of this shape named x. */
function callOf(layer, call, shape = [3], dtype = 'float32') {
  const inputs = Input({ shape, dtype, name: 'x' });
  return history(new Model({ inputs, outputs: call(layer, inputs) }).getConfig(), layer.name)[0];
}

const plainly = (layer, x) => layer.apply(x);
const training = (value) => (layer, x) => layer.apply(x, kwargs({ training: value }));

test.beforeEach(() => clearSession());

test('a call of Dropout records training if the input needs no cast', () => {
  const drop = (dtype) => new layers.Dropout({ rate: 0.5, name: 'drop', dtype });
  assert.deepEqual(
    {
      plain: callOf(drop(), plainly),
      mixed_float16: callOf(drop('mixed_float16'), plainly),
      integers: callOf(drop(), plainly, [3], 'int32'),
      keyword: callOf(drop(), (layer, x) => layer.apply(kwargs({ inputs: x }))),
    },
    keras.calls_of_dropout,
  );
});

test('calls of layers record training and mask as in Keras', () => {
  const lstm = () => new layers.LSTM({ units: 2, name: 'l' });
  const bn = () => new layers.BatchNormalization({ name: 'bn' });
  const image = [4, 4, 3];
  // Like Keras's image layers that are missing here: `training` defaults to true.
  class Preprocessing extends Layer {
    static className = 'Preprocessing';
    static callSignature = 'inputs, training=True';
    call(x) {
      return x;
    }
  }
  assert.deepEqual(
    {
      LSTM: callOf(lstm(), plainly, [4, 3]),
      'LSTM, training=False': callOf(lstm(), training(false), [4, 3]),
      BatchNormalization: callOf(bn(), plainly),
      'BatchNormalization, training=True': callOf(bn(), training(true)),
      Softmax: callOf(new layers.Softmax({ name: 's' }), plainly),
      RandomFlip: callOf(new Preprocessing({ name: 'f' }), plainly, image),
      Resizing: callOf(new Preprocessing({ name: 'r' }), plainly, image),
      Attention: callOf(
        new layers.Attention({ name: 'a' }),
        (layer, x) => layer.apply([x, x]),
        [4, 3],
      ),
    },
    keras.calls_of_layers,
  );
});

test('calls of models record training and mask as in Keras', () => {
  const makers = {
    Functional: () => chain([dense(2, 'd')], { name: 'inner' }),
    Sequential: () =>
      new Sequential([Input({ shape: [3], name: 'i' }), dense(2, 'd')], { name: 'inner' }),
  };
  const structured = (inputsOf, givenOf) => {
    const [a, b, x, y] = ['a', 'b', 'x', 'y'].map((name) => Input({ shape: [3], name }));
    const outputs = new layers.Add({ name: 's' }).apply([a, b]);
    const inner = new Model({ inputs: inputsOf(a, b), outputs, name: 'inner' });
    const outer = new Model({ inputs: [x, y], outputs: inner.apply(givenOf(x, y)) });
    return history(outer.getConfig(), 'inner')[0];
  };
  const found = {};
  for (const [what, make] of Object.entries(makers)) {
    found[what] = callOf(make(), plainly);
    found[`${what}, training=True`] = callOf(make(), training(true));
    found[`${what}, training=None`] = callOf(make(), training(null));
    found[`${what}, integers`] = callOf(make(), plainly, [3], 'int32');
  }
  found.list = structured(
    (a, b) => [a, b],
    (x, y) => [x, y],
  );
  found.dict = structured(
    (a, b) => ({ b, a }),
    (x, y) => ({ b: y, a: x }),
  );
  assert.deepEqual(found, keras.calls_of_models);
  assert.deepEqual(
    Object.keys(found.dict.kwargs.mask),
    Object.keys(keras.calls_of_models.dict.kwargs.mask),
  );
});

test('a mask argument is an operation of the graph', () => {
  const text = (layer) => {
    const inputs = Input({ shape: [4], dtype: 'int32', name: 'x' });
    const embedding = new layers.Embedding({
      inputDim: 9,
      outputDim: 3,
      maskZero: true,
      name: 'e',
    });
    return new Model({ inputs, outputs: layer.apply(embedding.apply(inputs)) });
  };
  const operations = (model) => model.operations.map(({ name }) => name);
  const lstm = text(new layers.LSTM({ units: 2, name: 'l' }));
  const config = lstm.getConfig();
  assert.deepEqual(
    {
      LSTM: [operations(lstm), history(config, 'not_equal'), history(config, 'l')],
      Dense: operations(text(dense(2, 'd'))),
    },
    keras.masks_in_the_graph,
  );
});

/** The structure of outputs with Python's type names, and the operations that made them. */
function outputsOf(model) {
  const config = model.getConfig();
  const structure = model.output;
  const flat = model.outputs.map((output) => model.layers.find((layer) => layer.output === output));
  return { outputs: flat.map(({ name }) => name), output_layers: config.output_layers, structure };
}

test('outputs by name are flattened by sorted name and written in their own order', () => {
  const expected = keras.dict_outputs.dict;
  const inputs = Input({ shape: [3], name: 'x' });
  const z = dense(2, 'zz').apply(inputs);
  const model = new Model({ inputs, outputs: { z, a: dense(1, 'aa').apply(inputs) }, name: 'm' });
  assert.deepEqual(JSON.parse(model.toJson()), expected.record);
  const trips = {
    original: model,
    clone: cloneModel(model),
    from_config: Model.fromConfig(model.getConfig()),
    json: modelFromJson(model.toJson()),
  };
  for (const [trip, made] of Object.entries(trips)) {
    const { outputs, output_layers: ends, structure } = outputsOf(made);
    assert.deepEqual(outputs, expected[trip].outputs, trip);
    assert.equal(JSON.stringify(ends), JSON.stringify(expected[trip].output_layers), trip);
    assert.deepEqual(Object.keys(structure), Object.keys(expected[trip].output_layers), trip);
  }
});

test("a config with Python's OrderedDict is read as one with a dict", () => {
  const { record, json } = keras.dict_outputs.OrderedDict;
  const model = modelFromJson(JSON.stringify(record));
  const { outputs, output_layers: ends } = outputsOf(model);
  assert.deepEqual(outputs, json.outputs);
  assert.equal(JSON.stringify(ends), JSON.stringify(json.output_layers));
});

test("a config with Python's namedtuple is read as an array and remains one in a clone", () => {
  const { record, json, clone } = keras.dict_outputs.namedtuple;
  const model = modelFromJson(JSON.stringify(record));
  for (const [made, expected] of [
    [model, json],
    [cloneModel(model), clone],
  ]) {
    const { outputs, output_layers: ends, structure } = outputsOf(made);
    assert.deepEqual(outputs, expected.outputs);
    assert.deepEqual(ends, expected.output_layers);
    assert.ok(Array.isArray(structure));
  }
});

test('a tuple of outputs is written as an array', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const z = dense(2, 'zz').apply(inputs);
  const outputs = tuple([z, dense(1, 'aa').apply(inputs)]);
  const model = new Model({ inputs, outputs, name: 'm' });
  assert.deepEqual(JSON.parse(model.toJson()), keras.dict_outputs.namedtuple.record);
});

test('calls in other graphs are omitted from configs and counted in summaries', () => {
  const shared = dense(3, 'd');
  const other = Input({ shape: [3], name: 'other' });
  const keep = new Model({ inputs: other, outputs: shared.apply(other) });
  const inputs = Input({ shape: [3], name: 'x' });
  const outputs = new layers.Add({ name: 'sum' }).apply([shared.apply(inputs), inputs]);
  const model = new Model({ inputs, outputs, name: 'm' });
  const config = model.getConfig();
  assert.deepEqual(
    {
      calls: [history(config, 'd'), history(config, 'sum')],
      summary: model.summary({ lineLength: 76, printFn: null }),
      other: keep.name,
    },
    keras.calls_of_other_graphs,
  );
});

test('operators are written as in Keras', () => {
  const operations = (build) => {
    const inputs = Input({ shape: [4, 3], name: 'x' });
    const [, ...entries] = new Model({ inputs, outputs: build(inputs) }).getConfig().layers;
    return entries.map(({ module, class_name, name, inbound_nodes }) => {
      return { module, class_name, name, inbound_nodes };
    });
  };
  assert.deepEqual(
    {
      'x[:, 0]': operations((x) => ops.getItem(x, [slice(), 0])),
      'x[..., None]': operations((x) => ops.getItem(x, [ellipsis, null])),
      '1.0 - x': operations((x) => ops.subtract(1, x)),
      'activations.relu': operations(activations.relu),
      'ops.relu': operations(ops.relu),
    },
    keras.operators,
  );
});

test('tensors in keywords are visited in keyword order', () => {
  const [q, v, k] = [
    Input({ shape: [3, 4], name: 'q' }),
    Input({ shape: [5, 4], name: 'v' }),
    Input({ shape: [5, 4], name: 'k' }),
  ];
  const attention = new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2, name: 'mha' });
  const outputs = attention.apply(kwargs({ query: q, value: v, key: k }));
  assert.deepEqual(names(new Model({ inputs: [q, v, k], outputs })), keras.order_of_keywords);
});

test("configs of models have exactly Keras's keys", () => {
  assert.deepEqual(
    {
      Functional: Object.keys(chain([dense(2, 'd')]).getConfig()),
      'Sequential, built': Object.keys(stack(dense(2, 'd')).getConfig()),
      'Sequential, not built': Object.keys(new Sequential([dense(2, 'd')]).getConfig()),
    },
    keras.keys_of_configs,
  );
});

test('a config is a copy, and fromConfig does not change it', () => {
  const constant = new initializers.Constant({ value: [1, 2] });
  const model = chain([dense(2, 'd', { kernelInitializer: constant })], { name: 'm' });
  const before = JSON.stringify(model.getConfig());
  const config = model.getConfig();
  config.layers[1].config.units = 9;
  config.layers.length = 0;
  assert.equal(JSON.stringify(model.getConfig()) === before, keras.configs_are_copies.unchanged);
  // Python's from_config empties the dict; here it can be used again.
  const given = model.getConfig();
  Functional.fromConfig(given);
  assert.equal(JSON.stringify(given), before);
  assert.equal(JSON.stringify(Functional.fromConfig(given).getConfig()), before);
  const { layers: _, ...rest } = given;
  assert.deepEqual(
    raised(() => Functional.fromConfig({})),
    keras.configs_are_copies['second use'],
  );
  assert.deepEqual(
    raised(() => Functional.fromConfig(rest)),
    keras.configs_are_copies['without layers'],
  );
});
