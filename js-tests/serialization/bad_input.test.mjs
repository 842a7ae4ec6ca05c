// Invalid input raises Keras's error with a path, and everything else stays usable.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  clearSession,
  deserializeKerasObject,
  Input,
  JSONDecodeError,
  KerasError,
  KerasTypeError,
  KeyError,
  layers,
  memory,
  Model,
  modelFromJson,
  ops,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

function model() {
  clearSession();
  const x = Input({ shape: [3], name: 'x' });
  const y = new layers.Dense({ units: 2, name: 'd' }).apply(x);
  return new Model({ inputs: x, outputs: y, name: 'm' });
}

const healthy = model();
const expected = healthy.predict([[1, 2, 3]]).array();

/** The error. An existing model must still compute the same afterwards, and no memory may be left behind. */
function refused(body, Class, message) {
  // The first error of a kind may fill caches.
  assertRaises(body, Class, message);
  const before = memory().buffers;
  const error = assertRaises(body, Class, message);
  const result = healthy.predict([[1, 2, 3]]);
  assert.deepEqual(result.array(), expected);
  result.dispose();
  assert.equal(memory().buffers, before);
  return error;
}

function edited(change) {
  const record = JSON.parse(healthy.toJson());
  change(record, record.config);
  return JSON.stringify(record);
}

test('truncated JSON is refused', () => {
  const json = healthy.toJson();
  for (const length of [0, 1, 10, json.length >> 1, json.length - 1])
    refused(() => modelFromJson(json.slice(0, length)), JSONDecodeError);
});

test('text that is not JSON is refused', () => {
  refused(() => modelFromJson('<html></html>'), JSONDecodeError);
  refused(() => modelFromJson('{"a": tru}'), JSONDecodeError);
});

test('empty text is refused', () => {
  refused(() => modelFromJson(undefined), KerasTypeError, 'must be str');
  refused(() => modelFromJson(null), KerasTypeError, 'NoneType');
});

test('an unknown class is refused', () => {
  const json = edited((_, config) => (config.layers[1].class_name = 'Dens'));
  const error = refused(
    () => modelFromJson(json),
    ValueError,
    "Could not deserialize 'keras.layers.Dens'",
  );
  assert.equal(error.path, 'config.layers[1]');
});

test('a missing field of a config is refused', () => {
  const json = edited((_, config) => delete config.layers[1].config.units);
  const error = refused(() => modelFromJson(json), KerasTypeError, "'units'");
  assert.match(error.path, /layers\[1\]/);
});

test('a missing part of a record is refused', () => {
  refused(
    () => modelFromJson(edited((_, config) => delete config.layers[1].inbound_nodes)),
    KeyError,
    'inbound_nodes',
  );
});

test('a field of the wrong type is refused with its path', () => {
  const units = edited((_, config) => (config.layers[1].config.units = 'many'));
  const error = refused(() => modelFromJson(units), KerasTypeError, 'invalid value for `units`');
  assert.equal(error.path, 'config.layers[1].config');
  const bias = edited((_, config) => (config.layers[1].config.bias_initializer = 'zzz'));
  const other = refused(() => modelFromJson(bias), KerasTypeError, 'initializer identifier: zzz');
  assert.equal(other.path, 'config.layers[1].config.bias_initializer');
});

test('an unknown keyword is refused', () => {
  refused(
    () => new layers.Dense({ units: 2, nonsense: 1 }),
    ValueError,
    "Unrecognized keyword arguments passed to Dense: {'nonsense': 1}",
  );
  refused(
    () => new layers.Dense({}),
    KerasTypeError,
    "missing 1 required positional argument: 'units'",
  );
});

test('incompatible shapes are refused', () => {
  const dense = new layers.Dense({ units: 2 });
  dense.build([null, 3]);
  const narrow = tensor([[1, 2]]);
  refused(
    () => dense.apply(narrow),
    ValueError,
    'is incompatible with the layer: expected axis -1 of input shape to have value 3',
  );
  refused(() => healthy.predict([[1, 2]]), ValueError);
  refused(() => ops.matmul(narrow, narrow), ValueError);
});

test('graphs with cycles or disconnected outputs are refused', () => {
  const loops = edited((_, config) => {
    config.layers[1].inbound_nodes[0].args[0].config.keras_history = ['d', 0, 0];
  });
  refused(() => modelFromJson(loops), ValueError, 'loops or disconnected nodes');
  const a = Input({ shape: [2] });
  const b = Input({ shape: [2] });
  refused(
    () => new Model({ inputs: a, outputs: new layers.Dense({ units: 1 }).apply(b) }),
    ValueError,
    'not connected to `inputs`',
  );
});

test('weights of the wrong number or shape are refused and change nothing', () => {
  const target = model();
  const before = target.getWeights().map((weight) => weight.array());
  refused(
    () => target.setWeights([]),
    ValueError,
    "You called `set_weights(weights)` on layer 'm' with a weight list of length 0, but the layer was expecting 2 weights.",
  );
  const wrong = [tensor([[1, 2]]), tensor([1, 2])];
  refused(
    () => target.setWeights(wrong),
    ValueError,
    'Layer m weight shape (3, 2) is not compatible with provided weight shape (1, 2).',
  );
  refused(() => target.setWeights([new Float32Array(5), [0, 0]]), ValueError, '(3, 2)');
  assert.deepEqual(
    target.getWeights().map((weight) => weight.array()),
    before,
  );
});

test('values that are not data are refused', () => {
  refused(() => tensor([[1, 2], [3]]), ValueError, 'inhomogeneous');
  refused(
    () => tensor([1, 2, 3], [2, 2]),
    ValueError,
    'cannot reshape array of size 3 into shape (2,2)',
  );
  refused(() => tensor([1, null]), KerasError);
  refused(() => healthy.predict(undefined), KerasTypeError, 'undefined');
  refused(
    () => healthy.predict(new Float32Array(4)),
    ValueError,
    'does not fill the shape (None, 3)',
  );
});

test('an Input with a missing or null shape is refused', () => {
  refused(() => Input({}), ValueError, 'You must pass a `shape` argument.');
  refused(() => Input({ shape: [-1] }), ValueError, 'Negative dimensions are not allowed');
  refused(() => Input({ shape: 3 }), ValueError, "Cannot convert '3' to a shape.");
  refused(() => Input({ shape: [2], dtype: 'floaty' }), ValueError, 'Invalid dtype: floaty');
});

test('values that are not layers are refused', () => {
  refused(() => new Sequential([3]), ValueError, 'Only instances of `keras.Layer` can be added');
  refused(
    () => healthy.getLayer({ name: 'zz' }),
    ValueError,
    "No such layer: zz. Existing layers are: ['x', 'd'].",
  );
  refused(() => healthy.getLayer({ index: 9 }), ValueError, 'model only has 2 layers');
  refused(() => healthy.getLayer({}), ValueError, 'Provide either a layer name or layer index');
});

test('a hostile config cannot exhaust memory', () => {
  const deep = '['.repeat(100000) + ']'.repeat(100000);
  refused(() => modelFromJson(deep), KerasError);
  refused(
    () => modelFromJson(edited((_, config) => (config.layers[0].config.batch_shape = [null, -5]))),
    KerasError,
    'Negative dimensions',
  );
});

test('a config never runs code', () => {
  const lambda = {
    module: 'keras.layers',
    class_name: 'Lambda',
    config: {
      name: 'l',
      function: {
        class_name: '__lambda__',
        config: { code: '4wAAAA==', defaults: null, closure: null },
      },
    },
    registered_name: null,
  };
  refused(() => deserializeKerasObject(lambda), KerasError, 'arbitrary code execution');
  refused(
    () =>
      deserializeKerasObject({
        module: 'keras.utils',
        class_name: 'get_file',
        config: {},
        registered_name: null,
      }),
    ValueError,
    'not a modeling function',
  );
});

test('records of live objects have no meaning in the text of a file', () => {
  const json = edited((_, config) => {
    config.layers[1].config.kernel_initializer = { class_name: '__live__', config: { uid: 1 } };
  });
  refused(() => modelFromJson(json), KerasError);
});
