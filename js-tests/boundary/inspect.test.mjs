// What consoles, strings and JSON show of models, layers, tensors and other objects.
import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import * as keras from '../support/keras.mjs';

const { Input, layers, Model, tensor } = keras;

const x = Input({ shape: [3], name: 'x' });
const dense = new layers.Dense({ units: 2, name: 'd' });
const model = new Model({ inputs: x, outputs: dense.apply(x), name: 'm' });

const printed = [
  [model, '<Functional name=m, built=true>'],
  [dense, '<Dense name=d, built=true>'],
  [new layers.Dropout({ rate: 0.5, name: 'r' }), '<Dropout name=r, built=true>'],
  [x, '<KerasTensor shape=[null, 3] dtype=float32>'],
  [tensor([[1, 2]]), '<Tensor shape=[1, 2] dtype=float32>'],
  [dense.weights[0], '<Variable path=d/kernel shape=[3, 2] dtype=float32>'],
  [new keras.regularizers.L2({ l2: 0.5 }), '<L2 l2=0.5>'],
  [new keras.initializers.Zeros(), '<Zeros>'],
  [new keras.dtypePolicies.DTypePolicy({ name: 'float16' }), '<DTypePolicy name=float16>'],
];

test('String() names the object', () => {
  for (const [object, text] of printed) assert.equal(String(object), text);
});

test('consoles print the same, and the values of small tensors', () => {
  for (const [object, text] of printed)
    assert.ok(inspect(object).startsWith(text), inspect(object));
  assert.equal(inspect(tensor([[1, 2]])), '<Tensor shape=[1, 2] dtype=float32> [[1,2]]');
  assert.equal(inspect(tensor(new Float32Array(100))), '<Tensor shape=[100] dtype=float32>');
  assert.equal(inspect({ dense }), '{ dense: <Dense name=d, built=true> }');
});

test('disposed objects and objects without a config can be printed', () => {
  const gone = tensor([1]);
  gone.dispose();
  assert.equal(inspect(gone), '<disposed tensor>');
  class Sealed extends keras.Regularizer {
    static className = 'Sealed';
    call() {
      return 0;
    }
    getConfig() {
      throw new Error('no config');
    }
  }
  assert.equal(inspect(new Sealed()), '<Sealed>');
  assert.equal(String(new Sealed()), '<Sealed>');
});

test('JSON has the records that Keras reads', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(dense)), keras.serializeKerasObject(dense));
  const again = keras.deserializeKerasObject(JSON.parse(JSON.stringify(model)));
  assert.deepEqual(again.getConfig(), model.getConfig());
  assert.deepEqual(JSON.parse(JSON.stringify(tensor([[1, 2]], null, 'int32'))), {
    class_name: '__tensor__',
    config: { value: [[1, 2]], dtype: 'int32' },
  });
  const { config } = JSON.parse(JSON.stringify(x));
  assert.deepEqual(config, { shape: [null, 3], dtype: 'float32', name: 'x' });
  const variable = { path: 'd/kernel', shape: [3, 2], dtype: 'float32', trainable: true };
  assert.deepEqual(JSON.parse(JSON.stringify(dense.weights[0])), variable);
});
