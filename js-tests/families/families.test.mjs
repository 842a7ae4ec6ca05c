// Initializers, regularizers, constraints, dtype policies and random numbers, built-in and custom.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  clearSession,
  Constraint,
  constraints,
  DTypePolicy,
  dtypePolicies,
  globalDTypePolicy,
  Initializer,
  initializers,
  layers,
  ops,
  random,
  Regularizer,
  regularizers,
  setGlobalDTypePolicy,
  setRandomSeed,
  tensor,
  ValueError,
} from '../support/keras.mjs';

test('an initializer with a seed repeats its values', () => {
  const make = () => new initializers.GlorotUniform({ seed: 1337 }).apply([3, 2]);
  assert.deepEqual(make().data(), make().data());
  assert.deepEqual(make().shape, [3, 2]);
});

test('initializers are instances of their classes', () => {
  const initializer = new initializers.HeNormal({ seed: 1 });
  assert.ok(
    initializer instanceof initializers.VarianceScaling && initializer instanceof Initializer,
  );
  assert.equal(initializer.className, 'HeNormal');
  const copy = initializer.constructor.fromConfig(initializer.getConfig());
  assert.deepEqual(copy.apply([4]).data(), initializer.apply([4]).data());
});

test('a custom initializer fills weights', () => {
  class Counting extends Initializer {
    static className = 'Counting';
    constructor({ start = 0 } = {}) {
      super();
      this.start = start;
    }
    call(shape, dtype) {
      const size = shape.reduce((a, b) => a * b, 1);
      return tensor(
        Array.from({ length: size }, (_, i) => this.start + i),
        shape,
        dtype,
      );
    }
    getConfig() {
      return { start: this.start };
    }
  }
  const layer = new layers.Dense({ units: 2, kernelInitializer: new Counting({ start: 5 }) });
  layer.build([null, 2]);
  assert.deepEqual(layer.getWeights()[0].array(), [
    [5, 6],
    [7, 8],
  ]);
  assert.deepEqual(layer.getConfig().kernel_initializer.config, { start: 5 });
});

test('an initializer may be a function of shape and dtype', () => {
  const kernelInitializer = (shape, { dtype }) => tensor(new Array(4).fill(7), shape, dtype);
  const layer = new layers.Dense({ units: 2, kernelInitializer });
  layer.build([null, 2]);
  assert.deepEqual(layer.getWeights()[0].array(), [
    [7, 7],
    [7, 7],
  ]);
});

test('regularizers compute penalties', () => {
  assertClose(new regularizers.L2({ l2: 0.5 }).apply(tensor([1, 2])), 2.5);
  class Sum extends Regularizer {
    static className = 'Sum';
    call(x) {
      return ops.sum(x);
    }
    getConfig() {
      return {};
    }
  }
  assert.equal(new Sum().apply(tensor([1, 2])), 3);
  const layer = new layers.Dense({ units: 1, kernelRegularizer: new Sum() });
  assert.equal(layer.getConfig().kernel_regularizer.class_name, 'Sum');
});

test('constraints project weights', () => {
  assert.deepEqual(new constraints.NonNeg().apply(tensor([-1, 2])).array(), [0, 2]);
  class Half extends Constraint {
    static className = 'Half';
    call(weight) {
      return ops.multiply(weight, 0.5);
    }
    getConfig() {
      return {};
    }
  }
  assert.deepEqual(new Half().apply(tensor([4])).array(), [2]);
});

test('a dtype policy states the compute and variable dtypes', () => {
  const policy = new dtypePolicies.DTypePolicy({ name: 'mixed_float16' });
  assert.deepEqual(
    [policy.name, policy.computeDtype, policy.variableDtype],
    ['mixed_float16', 'float16', 'float32'],
  );
  const layer = new layers.Dense({ units: 1, dtype: policy });
  assert.ok(layer.dtypePolicy instanceof DTypePolicy);
  assert.equal(layer.dtypePolicy.name, 'mixed_float16');
  assert.equal(layer.computeDtype, 'float16');
});

test('the global dtype policy lasts until the session is cleared', () => {
  setGlobalDTypePolicy('mixed_bfloat16');
  assert.equal(new layers.Dense({ units: 1 }).computeDtype, 'bfloat16');
  clearSession();
  assert.equal(globalDTypePolicy().name, 'float32');
});

test('random numbers with a seed repeat', () => {
  const draw = (seed) => random.normal([4], { seed }).data();
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  const generator = new random.SeedGenerator({ seed: 3 });
  assert.notDeepEqual(
    random.uniform([2], { seed: generator }).data(),
    random.uniform([2], { seed: generator }).data(),
  );
  assertRaises(() => random.normal([2], { seed: 'a' }), ValueError, 'seed');
});

test('setRandomSeed makes unseeded layers repeat', () => {
  const draw = () => {
    setRandomSeed(7);
    const layer = new layers.Dense({ units: 3 });
    layer.build([null, 2]);
    return layer.getWeights()[0].data();
  };
  assert.deepEqual(draw(), draw());
});
