// Scenarios B5: details of configs - recorded keywords, masks, structures, node indices, operations - as Keras writes.
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

const keras = answersOf('b5');

/** How a config tells one call of `layer`; what `call` gets is an Input of that shape, named x. */
function callOf(layer, call, shape = [3], dtype = 'float32') {
  const inputs = Input({ shape, dtype, name: 'x' });
  return history(new Model({ inputs, outputs: call(layer, inputs) }).getConfig(), layer.name)[0];
}

const plainly = (layer, x) => layer.apply(x);
const training = (value) => (layer, x) => layer.apply(x, kwargs({ training: value }));

test.beforeEach(() => clearSession());

test('B5.72 the call of a Dropout records training when the input needs no cast', () => {
  const drop = (dtype) => new layers.Dropout({ rate: 0.5, name: 'drop', dtype });
  assert.deepEqual(
    {
      plain: callOf(drop(), plainly),
      mixed_float16: callOf(drop('mixed_float16'), plainly),
      integers: callOf(drop(), plainly, [3], 'int32'),
      keyword: callOf(drop(), (layer, x) => layer.apply(kwargs({ inputs: x }))),
    },
    keras[72],
  );
});

test('B5.73 the calls of layers record training and mask as Keras does', () => {
  const lstm = () => new layers.LSTM({ units: 2, name: 'l' });
  const bn = () => new layers.BatchNormalization({ name: 'bn' });
  const image = [4, 4, 3];
  // As Keras's image layers, which are not part of this package: they train unless they are told otherwise.
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
    keras[73],
  );
});

test('B5.74 the calls of models record training and mask as Keras does', () => {
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
  assert.deepEqual(found, keras[74]);
  assert.deepEqual(Object.keys(found.dict.kwargs.mask), Object.keys(keras[74].dict.kwargs.mask));
});

test('B5.75 a mask that a layer takes is an operation of the graph', () => {
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
    keras[75],
  );
});

/** The structure of outputs as Python would call it, and the operations behind them. */
function outputsOf(model) {
  const config = model.getConfig();
  const structure = model.output;
  const flat = model.outputs.map((output) => model.layers.find((layer) => layer.output === output));
  return { outputs: flat.map(({ name }) => name), output_layers: config.output_layers, structure };
}

test('B5.76 outputs by name are flat in the order of sorted names, and written in their own', () => {
  const expected = keras[76].dict;
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

test("B5.76 a config of Python's OrderedDict is read as one of a dict", () => {
  const { record, json } = keras[76].OrderedDict;
  const model = modelFromJson(JSON.stringify(record));
  const { outputs, output_layers: ends } = outputsOf(model);
  assert.deepEqual(outputs, json.outputs);
  assert.equal(JSON.stringify(ends), JSON.stringify(json.output_layers));
});

test("B5.76 a config of Python's namedtuple is read as an array, and stays one in a clone", () => {
  const { record, json, clone } = keras[76].namedtuple;
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

test('B5.76 a tuple of outputs is written as an array', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const z = dense(2, 'zz').apply(inputs);
  const outputs = tuple([z, dense(1, 'aa').apply(inputs)]);
  const model = new Model({ inputs, outputs, name: 'm' });
  assert.deepEqual(JSON.parse(model.toJson()), keras[76].namedtuple.record);
});

test('B5.77 calls in other graphs are left out of configs, and counted in summaries', () => {
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
    keras[77],
  );
});

test('B5.78 operators are written as Keras writes them', () => {
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
    keras[78],
  );
});

test('B5.79 tensors in keywords are looked at in the order of the keywords', () => {
  const [q, v, k] = [
    Input({ shape: [3, 4], name: 'q' }),
    Input({ shape: [5, 4], name: 'v' }),
    Input({ shape: [5, 4], name: 'k' }),
  ];
  const attention = new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2, name: 'mha' });
  const outputs = attention.apply(kwargs({ query: q, value: v, key: k }));
  assert.deepEqual(names(new Model({ inputs: [q, v, k], outputs })), keras[79]);
});

test('B5.80 configs of models have exactly the keys of Keras', () => {
  assert.deepEqual(
    {
      Functional: Object.keys(chain([dense(2, 'd')]).getConfig()),
      'Sequential, built': Object.keys(stack(dense(2, 'd')).getConfig()),
      'Sequential, not built': Object.keys(new Sequential([dense(2, 'd')]).getConfig()),
    },
    keras[80],
  );
});

test('B5.81 a config is a copy, which fromConfig leaves as it is', () => {
  const constant = new initializers.Constant({ value: [1, 2] });
  const model = chain([dense(2, 'd', { kernelInitializer: constant })], { name: 'm' });
  const before = JSON.stringify(model.getConfig());
  const config = model.getConfig();
  config.layers[1].config.units = 9;
  config.layers.length = 0;
  assert.equal(JSON.stringify(model.getConfig()) === before, keras[81].unchanged);
  // Python's from_config empties the dict; here it can be used again.
  const given = model.getConfig();
  Functional.fromConfig(given);
  assert.equal(JSON.stringify(given), before);
  assert.equal(JSON.stringify(Functional.fromConfig(given).getConfig()), before);
  const { layers: _, ...rest } = given;
  assert.deepEqual(
    raised(() => Functional.fromConfig({})),
    keras[81]['second use'],
  );
  assert.deepEqual(
    raised(() => Functional.fromConfig(rest)),
    keras[81]['without layers'],
  );
});
