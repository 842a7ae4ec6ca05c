// Classes and functions by name: registered permanently or visible within a scope.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  customObjectScope,
  deserializeKerasObject,
  getRegisteredName,
  getRegisteredObject,
  KerasError,
  KerasTypeError,
  Layer,
  layers,
  ops,
  registerKerasSerializable,
  serializeKerasObject,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const layerClass = (name, factor) => {
  class Made extends Layer {
    static className = name;
    call(x) {
      return ops.multiply(x, factor);
    }
  }
  return Made;
};
const record = (registered_name, class_name = registered_name) => ({
  module: null,
  class_name,
  config: {},
  registered_name,
});
const value = (layer) => layer.apply(tensor([1])).array()[0];

test('a registered class is written and found under its key', () => {
  const Own = registerKerasSerializable({ package: 'my', name: 'Name' })(layerClass('Own', 3));
  assert.equal(getRegisteredName(Own), 'my>Name');
  assert.equal(getRegisteredObject('my>Name'), Own);
  const written = serializeKerasObject(new Own({ name: 'o' }));
  assert.deepEqual([written.class_name, written.registered_name], ['Own', 'my>Name']);
  assert.equal(value(deserializeKerasObject(written)), 3);
});

test('the default package is Custom', () => {
  const Own = registerKerasSerializable()(layerClass('Defaulted', 1));
  assert.equal(getRegisteredName(Own), 'Custom>Defaulted');
  assert.equal(getRegisteredName(new Own()), 'Custom>Defaulted');
});

test('an unregistered class is written under its own name', () => {
  assert.equal(getRegisteredName(layerClass('Plain', 1)), 'Plain');
  assert.equal(getRegisteredObject('nothing'), null);
});

test('a class registered after its first object is written under its key', () => {
  const Late = layerClass('Late', 1);
  const layer = new Late();
  assert.equal(serializeKerasObject(layer).registered_name, 'Late');
  registerKerasSerializable({ package: 'my' })(Late);
  new Late();
  assert.equal(serializeKerasObject(layer).registered_name, 'my>Late');
});

test('a function can be registered', () => {
  const half = registerKerasSerializable({ package: 'my' })(function half(x) {
    return ops.multiply(x, 0.5);
  });
  const layer = new layers.Activation({ activation: half });
  const written = serializeKerasObject(layer);
  assert.equal(written.config.activation.config, 'my>half');
  assert.equal(value(deserializeKerasObject(written)), 0.5);
});

test('a later registration replaces an earlier one', () => {
  registerKerasSerializable({ package: 'my', name: 'Same' })(layerClass('A', 1));
  registerKerasSerializable({ package: 'my', name: 'Same' })(layerClass('B', 2));
  assert.equal(value(deserializeKerasObject(record('my>Same', 'B'))), 2);
});

test('names in a scope are visible only inside it', () => {
  const objects = { Scoped: layerClass('Scoped', 4) };
  assert.equal(
    value(customObjectScope(objects, () => deserializeKerasObject(record('Scoped')))),
    4,
  );
  assertRaises(
    () => deserializeKerasObject(record('Scoped')),
    KerasError,
    'Could not locate class',
  );
  assert.equal(
    customObjectScope(objects, () => getRegisteredObject('Scoped')),
    objects.Scoped,
  );
});

test('an inner scope hides the outer one, and ends when its function throws', () => {
  const outer = { Outer: layerClass('Outer', 1) };
  const inner = { Inner: layerClass('Inner', 1) };
  customObjectScope(outer, () => {
    assertRaises(
      () => customObjectScope(inner, () => deserializeKerasObject(record('Outer'))),
      KerasError,
    );
    assert.ok(deserializeKerasObject(record('Outer')));
  });
  assertRaises(() => deserializeKerasObject(record('Outer')), KerasError);
});

test('names passed as an argument are visible beside those of the scope', () => {
  const customObjects = { Argument: layerClass('Argument', 5) };
  const objects = { Scope: layerClass('Scope', 6) };
  customObjectScope(objects, () => {
    assert.equal(value(deserializeKerasObject(record('Argument'), { customObjects })), 5);
    assert.equal(value(deserializeKerasObject(record('Scope'), { customObjects })), 6);
  });
});

test('values that cannot be registered are refused', () => {
  assertRaises(() => registerKerasSerializable()(class NoConfig {}), ValueError, 'get_config()');
  assertRaises(() => registerKerasSerializable()(3), KerasTypeError);
  assertRaises(() => customObjectScope({ x: 3 }, () => 0), KerasTypeError, 'x=3');
  assertRaises(() => customObjectScope({}, async () => 0), KerasTypeError, 'async');
});

test('a built-in layer cannot be replaced by a registered class', () => {
  const forged = serializeKerasObject(new layers.Dense({ units: 1 }));
  forged.registered_name = 'builtins.eval';
  assertRaises(() => deserializeKerasObject(forged), ValueError, 'resolved to a Keras built-in');
});
