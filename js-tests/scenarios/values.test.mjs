// Values and records, as Keras's saving/serialization_lib_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  bytes,
  customObjectScope,
  deserializeKerasObject,
  ellipsis,
  Input,
  KerasTypeError,
  Layer,
  layers,
  Model,
  ops,
  registerKerasSerializable,
  safeModeScope,
  serializeKerasObject,
  slice,
  tensor,
  ValueError,
} from '../support/keras.mjs';

/** The value after a round trip through JSON; asserts that its record is the same. */
function roundTrip(value, options) {
  const record = serializeKerasObject(value);
  const revived = deserializeKerasObject(JSON.parse(JSON.stringify(record)), options);
  assert.deepEqual(serializeKerasObject(revived), record);
  return revived;
}

const customFn = (x) => ops.square(x);
const data = tensor([
  [1, 2],
  [-3, 0.5],
]);

const values = {
  'a string': 'hello',
  bytes: bytes('hello'),
  'an array of integers': new Int32Array([0, 1]),
  'an array of floats': new Float32Array([0, 1]),
  'a float': 1.5,
  'a list': ['hello', 0, 'world', 1.5, true],
  'a dict': { 1: 'hello', 2: 0, 3: true },
  'a dict with a list': { 1: 'hello', 2: [true, false] },
  'a slice': slice(null, 20, 1),
  'a slice with an array': slice(null, new Int32Array([0, 1]), 1),
};

for (const [what, value] of Object.entries(values)) {
  test(`${what} survives serialization`, () => {
    roundTrip(value);
  });
}

test('bytes survive serialization', () => {
  assert.deepEqual(serializeKerasObject(bytes('hello')), {
    class_name: '__bytes__',
    config: { value: 'hello' },
  });
  assert.equal(roundTrip(bytes('hello')).value, 'hello');
});

test('a built-in layer keeps name, trainable and compute dtype', () => {
  const layer = new layers.Dense({ units: 3, name: 'foo', trainable: false, dtype: 'float16' });
  const revived = roundTrip(layer);
  assert.deepEqual(
    [revived.name, revived.trainable, revived.computeDtype],
    ['foo', false, 'float16'],
  );
});

test('a model that slices a column of its input survives', () => {
  const inputs = Input({ shape: [2] });
  const model = new Model({ inputs, outputs: ops.getItem(inputs, [slice(), 1]) });
  assert.deepEqual(roundTrip(model).predict(data).array(), [2, 0.5]);
});

test('an ellipsis survives', () => {
  assert.equal(roundTrip(ellipsis), ellipsis);
});

test('tensors and shapes in a dict survive', () => {
  const x = tensor(
    [
      [1.5, 2],
      [3, -4],
    ],
    null,
    'float64',
  );
  const revived = roundTrip({ x, 'x.shape': x.shape });
  assert.deepEqual(revived.x.array(), x.array());
  assert.equal(revived.x.dtype, 'float64');
  assert.deepEqual(revived['x.shape'], [2, 2]);
});

test('a custom function survives alone and as an activation', () => {
  const customObjects = { customFn };
  assert.equal(roundTrip({ activation: customFn }, { customObjects }).activation, customFn);
  const dense = new layers.Dense({ units: 1, activation: customFn });
  dense.build([null, 2]);
  const revived = roundTrip(dense, { customObjects });
  revived.setWeights(dense.getWeights());
  assertClose(revived.apply(data).array(), dense.apply(data).array());
});

class CustomLayer extends Layer {
  static className = 'CustomLayer';
  constructor({ factor, ...options }) {
    super(options);
    this.factor = factor;
  }
  call(x) {
    return ops.multiply(x, this.factor);
  }
  getConfig() {
    return { factor: this.factor };
  }
}

class NestedCustomLayer extends Layer {
  static className = 'NestedCustomLayer';
  constructor({ factor, dense = null, activation = null, ...options }) {
    super(options);
    this.factor = factor;
    this.dense = dense
      ? deserializeKerasObject(dense)
      : new layers.Dense({ units: 1, activation: customFn });
    this.activation = deserializeKerasObject(activation);
  }
  call(x) {
    return this.dense.apply(ops.multiply(x, this.factor));
  }
  getConfig() {
    return {
      factor: this.factor,
      dense: serializeKerasObject(this.dense),
      activation: serializeKerasObject(this.activation),
    };
  }
}

test('a custom layer with its own config survives', () => {
  const layer = new CustomLayer({ factor: 2 });
  const revived = roundTrip(layer, { customObjects: { CustomLayer } });
  assert.deepEqual(revived.apply(data).array(), layer.apply(data).array());
});

test('a custom layer that revives its inner layer and function survives', () => {
  const layer = new NestedCustomLayer({ factor: 2 });
  const expected = layer.apply(data).array();
  const record = JSON.parse(JSON.stringify(serializeKerasObject(layer)));
  const revived = deserializeKerasObject(record, {
    customObjects: { NestedCustomLayer, customFn },
  });
  revived.apply(data);
  revived.setWeights(layer.getWeights());
  assertClose(revived.apply(data).array(), expected);
});

const lambdaRecord = {
  class_name: '__lambda__',
  config: { value: ['4wEAAAAAAAAA', null, null] },
};
const lambdaLayer = {
  module: 'keras.layers',
  class_name: 'Lambda',
  config: { name: 'l', trainable: true, function: lambdaRecord, arguments: {} },
  registered_name: null,
};

test('a Python lambda is refused in safe mode, alone and in a Lambda layer', () => {
  for (const record of [{ activation: lambdaRecord }, lambdaLayer]) {
    assertRaises(
      () => deserializeKerasObject(record, { safeMode: true }),
      ValueError,
      'arbitrary code execution',
    );
  }
});

test('without safe mode a Lambda layer is kept unchanged and says that it cannot run here', () => {
  const layer = deserializeKerasObject(lambdaLayer, { safeMode: false });
  assert.ok(layer instanceof layers.Lambda);
  assert.deepEqual(serializeKerasObject(layer).config.function, lambdaRecord);
  assertRaises(() => layer.apply(data), Error, /lambda/i);
});

test('a safeModeScope overrides the argument', () => {
  const open = (safeMode) => deserializeKerasObject(lambdaLayer, { safeMode });
  assert.ok(safeModeScope(false, () => open(true)));
  assertRaises(
    () => safeModeScope(true, () => open(false)),
    ValueError,
    'arbitrary code execution',
  );
});

test('a config of the wrong type is an error with the expected type', () => {
  const refused = (record, message) =>
    assertRaises(() => deserializeKerasObject(record), KerasTypeError, message);
  refused({ class_name: 'Dense', config: [1, 2, 3] }, "Expected 'config' to be a dict");
  refused(
    { class_name: '__typespec__', config: 'not_a_list_nor_a_tuple' },
    "Expected 'config' to be a list or a tuple",
  );
  refused(
    { class_name: 'function', config: ['not', 'a', 'string'] },
    "Expected 'config' to be a non-null str",
  );
});

test('a function record of Keras 3.6 finds a registered function by its bare name', () => {
  const registered = registerKerasSerializable({ package: 'serial_test' })(
    function customRegisteredFn(x) {
      return ops.square(x);
    },
  );
  for (const config of ['customRegisteredFn', 'serial_test>customRegisteredFn']) {
    const record = {
      module: 'builtins',
      class_name: 'function',
      config,
      registered_name: 'function',
    };
    assert.equal(deserializeKerasObject(record), registered);
  }
});

test("a built-in layer is not found under another object's registered name", () => {
  const record = (registered_name) => ({
    class_name: 'Dense',
    module: 'keras.layers',
    ...(registered_name === undefined ? {} : { registered_name }),
    config: { units: 1 },
  });
  for (const bad of ['builtins.eval', 'subprocess.Popen', 'not.a.real.name', 'my_pkg>MyDense']) {
    assertRaises(
      () => deserializeKerasObject(record(bad)),
      ValueError,
      'resolved to a Keras built-in',
    );
  }
  for (const fine of ['Dense', null, undefined, '']) {
    assert.ok(deserializeKerasObject(record(fine)) instanceof layers.Dense);
  }
});

test("a built-in function is not found under another object's registered name", () => {
  const record = (registered_name) => ({
    class_name: 'function',
    module: 'builtins',
    registered_name,
    config: 'relu',
  });
  assertRaises(
    () => deserializeKerasObject(record('some_other_name')),
    ValueError,
    'resolved to a Keras built-in',
  );
  for (const fine of ['function', 'relu'])
    assert.equal(typeof deserializeKerasObject(record(fine)), 'function');
});

test('a registered custom class is still found', () => {
  const Own = registerKerasSerializable()(
    class OwnDense extends layers.Dense {
      static className = 'OwnDense';
    },
  );
  const revived = deserializeKerasObject(serializeKerasObject(new Own({ units: 4 })));
  assert.ok(revived instanceof Own);
  assert.ok(customObjectScope({}, () => deserializeKerasObject(serializeKerasObject(revived))));
});
