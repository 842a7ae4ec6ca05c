// Errors of hooks and custom layers come out as the objects that were thrown, and break nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from './support/assertions.mjs';
import {
  cloneModel,
  Input,
  KerasTypeError,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
  tensor,
  ValueError,
} from './support/keras.mjs';

function chain() {
  const inputs = Input({ shape: [3] });
  return new Model({ inputs, outputs: new layers.Dense({ units: 2 }).apply(inputs) });
}

const thrownBy = (body) => {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('an error of cloneFunction is raised as the same object', () => {
  const own = new RangeError('mine');
  const options = {
    cloneFunction() {
      throw own;
    },
  };
  assert.equal(
    thrownBy(() => cloneModel(chain(), options)),
    own,
  );
});

test('an error of callFunction is raised as the same object', () => {
  const own = new RangeError('mine');
  const options = {
    callFunction() {
      throw own;
    },
  };
  assert.equal(
    thrownBy(() => cloneModel(chain(), options)),
    own,
  );
});

test('what is thrown need not be an Error', () => {
  const options = {
    cloneFunction() {
      throw 'text';
    },
  };
  assert.equal(
    thrownBy(() => cloneModel(chain(), options)),
    'text',
  );
});

test('an error of a custom layer is raised as the same object, however deep it is', () => {
  const own = new RangeError('mine');
  class Bad extends Layer {
    static className = 'Bad';
    call(x) {
      if (x.size === null) return x;
      throw own;
    }
  }
  const inner = new Sequential([Input({ shape: [3] }), new Bad()]);
  const x = Input({ shape: [3] });
  const model = new Model({ inputs: x, outputs: inner.apply(x) });
  const data = tensor([[1, 2, 3]]);
  assert.equal(
    thrownBy(() => model.predict(data)),
    own,
  );
  assert.equal(
    thrownBy(() => model.apply(data)),
    own,
  );
});

test("an error of the core inside of a hook keeps Keras's sentence", () => {
  const options = {
    cloneFunction: () => new layers.Dense({ units: -1 }),
  };
  const error = assertRaises(() => cloneModel(chain(), options), ValueError, 'units');
  assert.equal(error.kind, 'ValueError');
});

test('a hook may catch an error of the core and go on', () => {
  const model = cloneModel(chain(), {
    cloneFunction(layer) {
      try {
        layer.constructor.fromConfig({ units: 'many' });
      } catch {
        return layer;
      }
      return null;
    },
  });
  assert.equal(model.layers.length, 2);
});

test('a hook that returns a number is told so by Keras', () => {
  assertRaises(
    () => cloneModel(chain(), { cloneFunction: () => 3 }),
    KerasTypeError,
    "'int' object is not callable",
  );
  assertRaises(
    () => cloneModel(chain(), { cloneFunction: () => null }),
    KerasTypeError,
    "'NoneType' object is not callable",
  );
  const stack = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
  assertRaises(
    () => cloneModel(stack, { cloneFunction: () => 3 }),
    ValueError,
    'Only instances of `keras.Layer` can be added to a Sequential model. Received: 3',
  );
});

test('a hook that returns nothing is an error that names it', () => {
  assertRaises(
    () => cloneModel(chain(), { cloneFunction() {} }),
    KerasTypeError,
    'What cloneFunction() returned is undefined',
  );
});

test('an async hook is refused', () => {
  assertRaises(
    () => cloneModel(chain(), { cloneFunction: async (layer) => layer }),
    KerasTypeError,
    'promise',
  );
});

test('a hook that is no function is refused', () => {
  assertRaises(() => cloneModel(chain(), { cloneFunction: 3 }), KerasTypeError, 'cloneFunction');
  assertRaises(
    () => cloneModel(chain(), { foo: 3 }),
    ValueError,
    "Unexpected keyword argument(s): ('foo',)",
  );
});

test('a callFunction that returns None for an output is told so by Keras', () => {
  assertRaises(
    () => cloneModel(chain(), { callFunction: () => null }),
    ValueError,
    'All `outputs` values must be KerasTensors',
  );
});

test('after thousands of errors everything still works', () => {
  const model = chain();
  const before = model.predict(tensor([[1, 2, 3]])).array();
  const own = new Error('mine');
  const options = {
    cloneFunction() {
      throw own;
    },
  };
  for (let i = 0; i < 3000; ++i) {
    assert.equal(
      thrownBy(() => cloneModel(model, options)),
      own,
    );
    assert.ok(thrownBy(() => ops.matmul(tensor([[1, 2]]), tensor([[1, 2]]))) instanceof ValueError);
  }
  assert.deepEqual(model.predict(tensor([[1, 2, 3]])).array(), before);
});
