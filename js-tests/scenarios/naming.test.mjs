// Names and default configs, as Keras's utils/naming_test and ops/operation_test check them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  clearSession,
  Layer,
  layers,
  NotImplementedError,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const named = (className) =>
  class extends Layer {
    static className = className;
    call(x) {
      return x;
    }
  };

test('automatic names count up until the session is cleared', () => {
  clearSession();
  const UniqueName = named('UniqueName');
  const names = () => Array.from({ length: 3 }, () => new UniqueName().name);
  assert.deepEqual(names(), ['unique_name', 'unique_name_1', 'unique_name_2']);
  clearSession();
  assert.deepEqual(names(), ['unique_name', 'unique_name_1', 'unique_name_2']);
});

test('explicit names do not advance the counter', () => {
  clearSession();
  const made = [{}, { name: 'dense_1' }, {}].map(
    (options) => new layers.Dense({ units: 1, ...options }).name,
  );
  assert.deepEqual(made, ['dense', 'dense_1', 'dense_1']);
});

test('class names are converted to snake case', () => {
  clearSession();
  const nameOf = (className) => new (named(className))().name;
  assert.equal(nameOf('myVariableNameHere'), 'my_variable_name_here');
  assert.equal(nameOf('convertTHIS'), 'convert_this');
  assert.equal(nameOf('UPPERCASE'), 'uppercase');
  assert.equal(nameOf('snake_case_name'), 'snake_case_name');
});

class Affine extends Layer {
  static className = 'Affine';
  constructor({ alpha, beta = 1, ...options }) {
    super(options);
    this.alpha = alpha;
    this.beta = beta;
  }
  call(x) {
    return x;
  }
}

test("without getConfig, the config has the constructor's arguments", () => {
  const layer = new Affine({ alpha: 0.2, name: 'test_op' });
  const config = layer.getConfig();
  assert.deepEqual([config.name, config.alpha, config.beta], ['test_op', 0.2, 1]);
  const revived = Affine.fromConfig(config);
  assert.deepEqual(revived.getConfig(), config);
  const automatic = new Affine({ alpha: 0.2, beta: 0 });
  assert.equal(automatic.getConfig().name, automatic.name);
  assert.equal(Affine.fromConfig(automatic.getConfig()).beta, 0);
});

test('arguments that no config can hold, or that are not kept, require a getConfig', () => {
  class Thing {}
  assertRaises(
    () => new Affine({ alpha: new Thing() }).getConfig(),
    NotImplementedError,
    /Object Affine was created by passing non-serializable argument values/,
  );
  class Forgets extends Layer {
    static className = 'Forgets';
    constructor({ alpha, ...options }) {
      super(options);
      this.half = alpha / 2;
    }
  }
  assertRaises(() => new Forgets({ alpha: 3 }).getConfig(), NotImplementedError, 'getConfig()');
});

test('a name with a slash is refused', () => {
  for (const make of [
    () => new Affine({ alpha: 1, name: 'a/b' }),
    () => new layers.Dense({ units: 1, name: 'a/b' }),
  ])
    assertRaises(make, ValueError, 'cannot contain character `/`');
  assert.deepEqual(tensor([1]).shape, [1]);
});
