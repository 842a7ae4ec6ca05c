// Initializers, regularizers, constraints and activations written in JavaScript, and classes that extend built-in ones.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  Constraint,
  constraints,
  deserializeKerasObject,
  Initializer,
  initializers,
  KerasTypeError,
  layers,
  NotImplementedError,
  ops,
  regularizers,
  serializeKerasObject,
  tensor,
} from '../support/keras.mjs';
import { makeLab } from '../../tools/lib/lab.mjs';

class Halved extends initializers.HeNormal {
  static className = 'Halved';
  constructor({ by = 2, ...options } = {}) {
    super(options);
    this.by = by;
  }
  call(shape, dtype) {
    return ops.divide(super.call(shape, dtype), this.by);
  }
  getConfig() {
    return { ...super.getConfig(), by: this.by };
  }
}

test('a class that extends an initializer can call its values', () => {
  const own = new Halved({ seed: 3, by: 4 });
  const keras = new initializers.HeNormal({ seed: 3 });
  const quarter = keras
    .apply([2, 3])
    .array()
    .map((row) => row.map((value) => value / 4));
  assertClose(own.apply([2, 3]).array(), quarter);
  assert.ok(own instanceof initializers.HeNormal);
  assert.ok(own instanceof Initializer);
});

test('the config has the fields of the base class and those the class adds', () => {
  const own = new Halved({ seed: 3, by: 4 });
  const { seed, by } = own.getConfig();
  assert.deepEqual([seed, by], [3, 4]);
  const record = serializeKerasObject(own);
  assert.deepEqual([record.class_name, record.registered_name], ['Halved', 'Halved']);
  const revived = deserializeKerasObject(record, { customObjects: { Halved } });
  assert.deepEqual(revived.getConfig(), own.getConfig());
  assert.deepEqual(revived.apply([4]).array(), own.apply([4]).array());
});

test('a layer made with a custom initializer can be cloned', () => {
  const layer = new layers.Dense({ units: 2, kernelInitializer: new Halved({ seed: 1 }) });
  layer.build([null, 3]);
  assertClose(layer.getWeights()[0].array(), new Halved({ seed: 1 }).apply([3, 2]).array());
});

test('a class that overrides nothing computes the same as its base class', () => {
  class Renamed extends initializers.Ones {
    static className = 'Renamed';
  }
  assert.deepEqual(new Renamed().apply([2]).array(), [1, 1]);
});

test('a class may extend a regularizer or a constraint', () => {
  class Doubled extends regularizers.L2 {
    static className = 'Doubled';
    call(x) {
      return 2 * super.call(x);
    }
  }
  const own = new Doubled({ l2: 0.5 });
  assert.equal(own.apply(tensor([1, 2])), 5);
  assert.equal(own.getConfig().l2, 0.5);
  class Negative extends constraints.NonNeg {
    static className = 'Negative';
    call(weight) {
      return ops.negative(super.call(weight));
    }
  }
  assert.deepEqual(new Negative().apply(tensor([1, -2])).array(), [-1, -0]);
});

test('a missing required method is an error', () => {
  class Empty extends Constraint {
    static className = 'Empty';
  }
  assertRaises(
    () => new Empty().apply(tensor([1])),
    NotImplementedError,
    '`Empty` must implement the `call()` method.',
  );
  class Super extends Initializer {
    static className = 'Super';
    call(shape, dtype) {
      return super.call(shape, dtype);
    }
  }
  assertRaises(() => new Super().apply([1]), NotImplementedError, '`Super` must implement');
});

test('objects in a config are written as records', () => {
  const { Residual } = makeLab();
  const layer = new Residual({ inner: new layers.Dense({ units: 2, name: 'd' }), name: 'r' });
  const written = serializeKerasObject(layer);
  assert.equal(written.config.inner.class_name, 'Dense');
  assert.deepEqual(written.config.inner.config.units, 2);
  const revived = deserializeKerasObject(written, { customObjects: { Residual } });
  assert.ok(revived.inner instanceof layers.Dense);
});

test('a value that no config can hold is refused with its path', () => {
  const { Residual } = makeLab();
  class Odd extends Residual {
    static className = 'Odd';
    getConfig() {
      return { ...super.getConfig(), more: { when: new Date() } };
    }
  }
  const layer = new Odd({ inner: new layers.Dense({ units: 1 }) });
  const error = assertRaises(() => serializeKerasObject(layer), KerasTypeError, 'part of a config');
  assert.equal(error.path, 'more.when');
});
