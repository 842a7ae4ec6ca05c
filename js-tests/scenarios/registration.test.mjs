// Registered names, as Keras's saving/object_registration_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  activations,
  customObjectScope,
  deserializeKerasObject,
  getRegisteredName,
  getRegisteredObject,
  initializers,
  Layer,
  ops,
  Regularizer,
  registerKerasSerializable,
  regularizers,
  serializeKerasObject,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const custom_fn = (x) => ops.multiply(x, 2);
class CustomClass extends Regularizer {
  static className = 'CustomClass';
  call(x) {
    return ops.sum(x);
  }
}
const scope = (body) => customObjectScope({ custom_fn, CustomClass }, body);

test('get(name) finds built-in names only, even inside a scope', () => {
  scope(() => {
    assertRaises(
      () => activations.get('custom_fn'),
      ValueError,
      'Could not interpret activation function identifier: custom_fn',
    );
    assertRaises(
      () => regularizers.get('CustomClass'),
      ValueError,
      'Could not interpret regularizer identifier: CustomClass',
    );
  });
  assert.equal(activations.get('relu'), activations.relu);
  assert.equal(activations.get(null), activations.linear);
  assert.equal(activations.get(custom_fn), custom_fn);
  assert.ok(regularizers.get('l2') instanceof regularizers.L2);
  assert.equal(regularizers.get(null), null);
});

test('names in a scope are found by deserialize, by get of a record, and by initializers.get', () => {
  const record = {
    module: 'builtins',
    class_name: 'function',
    config: 'custom_fn',
    registered_name: 'function',
  };
  scope(() => {
    assert.equal(activations.deserialize('custom_fn'), custom_fn);
    assert.equal(activations.get(record), custom_fn);
    assert.ok(initializers.get('custom_fn'));
    const found = regularizers.get({
      module: null,
      class_name: 'CustomClass',
      config: {},
      registered_name: 'CustomClass',
    });
    assert.ok(found instanceof CustomClass);
  });
  assertRaises(() => activations.get(record), Error, "Could not locate function 'custom_fn'");
  assertRaises(
    () => initializers.get('custom_fn'),
    ValueError,
    'Could not interpret initializer identifier: custom_fn',
  );
});

const layerClass = (className) =>
  class extends Layer {
    static className = className;
    constructor({ value = 0, ...options } = {}) {
      super(options);
      this.value = value;
    }
    call(x) {
      return ops.add(x, this.value);
    }
    getConfig() {
      return { ...super.getConfig(), value: this.value };
    }
  };

test('a class registered without a package is `Custom>...` and can be revived', () => {
  const TestClass = registerKerasSerializable()(layerClass('TestClass'));
  assert.equal(getRegisteredName(TestClass), 'Custom>TestClass');
  const record = serializeKerasObject(new TestClass({ value: 10 }));
  assert.deepEqual([record.class_name, record.registered_name], ['TestClass', 'Custom>TestClass']);
  const revived = deserializeKerasObject(record);
  assert.ok(revived instanceof TestClass);
  assert.equal(revived.value, 10);
});

test('a class registered under a package and name keeps its own name in the record', () => {
  const Other = registerKerasSerializable({ package: 'TestPackage', name: 'CustomName' })(
    layerClass('OtherTestClass'),
  );
  assert.equal(getRegisteredName(Other), 'TestPackage>CustomName');
  assert.equal(getRegisteredObject('TestPackage>CustomName'), Other);
  const record = serializeKerasObject(new Other({ value: 5 }));
  assert.deepEqual(
    [record.class_name, record.registered_name],
    ['OtherTestClass', 'TestPackage>CustomName'],
  );
  assert.equal(deserializeKerasObject(record).value, 5);
});

test('a function registered without a package is `Custom>...` and can be revived', () => {
  const my_fn = registerKerasSerializable()(function my_fn() {
    return 42;
  });
  const record = serializeKerasObject(my_fn);
  assert.equal(record.class_name, 'function');
  assert.equal(record.config, 'Custom>my_fn');
  const revived = deserializeKerasObject(record);
  assert.equal(revived, my_fn);
  assert.equal(revived(), 42);
});

test('a class without getConfig cannot be registered', () => {
  assertRaises(
    () => registerKerasSerializable({ package: 'TestPackage' })(class TestClass {}),
    ValueError,
    'Cannot register a class that does not have a get_config() method.',
  );
  assert.deepEqual(tensor([1]).array(), [1]);
});
