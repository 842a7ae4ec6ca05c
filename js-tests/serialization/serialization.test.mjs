// Records and values as Keras writes and reads them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  deserializeKerasObject,
  enableUnsafeDeserialization,
  clearSession,
  ellipsis,
  initializers,
  Input,
  KerasError,
  layers,
  Model,
  modelFromJson,
  safeModeScope,
  Sequential,
  serializeKerasObject,
  slice,
  tensor,
} from '../support/keras.mjs';

test('a layer is serialized to a record and deserialized from it', () => {
  const layer = new layers.Dense({ units: 3, name: 'foo', trainable: false, dtype: 'float16' });
  const record = serializeKerasObject(layer);
  assert.deepEqual(
    [record.module, record.class_name, record.registered_name],
    ['keras.layers', 'Dense', null],
  );
  assert.equal(record.config.units, 3);
  const revived = deserializeKerasObject(record);
  assert.ok(revived instanceof layers.Dense);
  assert.deepEqual(revived.getConfig(), layer.getConfig());
  assert.equal(revived.trainable, false);
});

test('a config is a valid options object', () => {
  const layer = new layers.Conv2D({
    filters: 2,
    kernelSize: 3,
    dataFormat: 'channels_last',
    useBias: false,
  });
  const config = layer.getConfig();
  assert.equal(config.use_bias, false);
  assert.deepEqual(new layers.Conv2D(config).getConfig(), config);
  assert.deepEqual(layers.Conv2D.fromConfig(config).getConfig(), config);
});

test('config keys are never renamed', () => {
  const keys = Object.keys(new layers.Dense({ units: 1 }).getConfig());
  assert.ok(keys.includes('kernel_initializer') && !keys.some((key) => /[A-Z]/.test(key)));
});

test("Python's floats remain floats in a config", () => {
  const json =
    '{"module": "keras.layers", "class_name": "ELU", "config": {"name": "e", "alpha": 1.0}, "registered_name": null}';
  const layer = deserializeKerasObject(JSON.parse(json));
  const fromText = modelFromJson(json);
  const through = layers.ELU.fromConfig(fromText.getConfig());
  const text = (made) => new Sequential([Input({ shape: [1] }), made]).toJson();
  assert.match(text(fromText), /"alpha": 1\.0/);
  assert.match(text(through), /"alpha": 1\.0/);
  assert.match(text(layer), /"alpha": 1[,}]/);
});

test('NaN and infinities survive', () => {
  const layer = new layers.ReLU({ maxValue: Infinity });
  assert.equal(layer.getConfig().max_value, Infinity);
  assert.equal(layers.ReLU.fromConfig(layer.getConfig()).getConfig().max_value, Infinity);
});

test('live objects may be used as options', () => {
  const initializer = new initializers.HeNormal({ seed: 1 });
  const layer = new layers.Dense({ units: 2, kernelInitializer: initializer });
  assert.equal(layer.getConfig().kernel_initializer.class_name, 'HeNormal');
  layer.build([null, 3]);
  assert.deepEqual(layer.getWeights()[0].data(), initializer.apply([3, 2]).data());
});

test('an activation may be a name, a built-in function, a custom function or a layer', async () => {
  const { activations, ops } = await import('../support/keras.mjs');
  const twice = (x) => ops.multiply(x, 2);
  const out = (activation) =>
    new layers.Dense({ units: 1, kernelInitializer: 'ones', activation })
      .apply(tensor([[1, -3]]))
      .array()[0][0];
  assert.equal(out('relu'), 0);
  assert.equal(out(activations.relu), 0);
  assert.equal(out(twice), -4);
  assert.equal(out(new layers.LeakyReLU({ negativeSlope: 0.5 })), -1);
  assert.equal(
    new layers.Dense({ units: 1, activation: activations.relu }).getConfig().activation,
    'relu',
  );
});

test('Python values survive serialization', () => {
  const value = {
    list: [1, 2.5, 'a', null, true],
    part: slice(null, 20, 1),
    rest: ellipsis,
    data: tensor([[1, 2]]),
  };
  const record = serializeKerasObject(value);
  assert.deepEqual(record.part.class_name, '__slice__');
  const back = deserializeKerasObject(record);
  assert.deepEqual(back.list, value.list);
  assert.deepEqual([back.part.start, back.part.stop, back.part.step], [null, 20, 1]);
  assert.equal(back.rest, ellipsis);
  assert.deepEqual(back.data.array(), [[1, 2]]);
});

test('a model survives JSON', () => {
  const x = Input({ shape: [3], name: 'x' });
  const model = new Model({
    inputs: { x },
    outputs: [new layers.Dense({ units: 2, name: 'd' }).apply(x)],
    name: 'm',
  });
  const copy = modelFromJson(model.toJson());
  assert.equal(copy.toJson(), model.toJson());
  assert.deepEqual(Object.keys(copy.input), ['x']);
});

test('the compile config survives every round trip', () => {
  const model = new Sequential([Input({ shape: [1] })]);
  const config = { optimizer: 'adam', loss: 'mse', loss_weights: null, metrics: ['mae'] };
  model.compileConfig = config;
  assert.deepEqual(modelFromJson(model.toJson()).compileConfig, config);
});

test('a Python lambda is refused, or kept unchanged without safe mode', () => {
  const record = {
    module: 'keras.layers',
    class_name: 'Lambda',
    config: {
      name: 'l',
      trainable: true,
      function: {
        class_name: '__lambda__',
        config: { code: '4w==', defaults: null, closure: null },
      },
      arguments: {},
    },
    registered_name: null,
  };
  assertRaises(() => deserializeKerasObject(record), KerasError, 'arbitrary code execution');
  const layer = deserializeKerasObject(record, { safeMode: false });
  assert.deepEqual(layer.getConfig().function, record.config.function);
  assert.ok(safeModeScope(false, () => deserializeKerasObject(record)));
  assertRaises(
    () => safeModeScope(true, () => deserializeKerasObject(record, { safeMode: false })),
    KerasError,
    'arbitrary code execution',
  );
  enableUnsafeDeserialization();
  assert.ok(deserializeKerasObject(record));
  clearSession();
  assertRaises(() => deserializeKerasObject(record), KerasError, 'arbitrary code execution');
});

test('an error inside a model has its path', () => {
  const record = JSON.parse(
    new Sequential([Input({ shape: [1] }), new layers.Dense({ units: 1 })]).toJson(),
  );
  record.config.layers[1].config.kernel_initializer = 'zzz';
  const error = assertRaises(() => deserializeKerasObject(record), KerasError, 'zzz');
  assert.equal(error.path, 'config.layers[1].config.kernel_initializer');
});
