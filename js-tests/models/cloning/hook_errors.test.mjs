// Errors thrown in hooks and custom layers reach the caller as the same objects and break nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../../support/assertions.mjs';
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
} from '../../support/keras.mjs';

function chain() {
  const inputs = Input({ shape: [3] });
  return new Model({ inputs, outputs: new layers.Dense({ units: 2 }).apply(inputs) });
}

function named(model, name) {
  model.name = name;
  return model;
}

const thrownBy = (body) => {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('an error thrown in cloneFunction is raised as the same object', () => {
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

test('an error thrown in callFunction is raised as the same object', () => {
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

test('a thrown value need not be an Error', () => {
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

test('an error thrown in a nested custom layer is raised as the same object', () => {
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

test("an error of the core inside a hook keeps Keras's sentence", () => {
  const options = {
    cloneFunction: () => new layers.Dense({ units: -1 }),
  };
  const error = assertRaises(() => cloneModel(chain(), options), ValueError, 'units');
  assert.equal(error.kind, 'ValueError');
});

test('a hook may catch an error of the core and continue', () => {
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

test("a hook that returns a number gets Keras's error", () => {
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

test('a hook that returns undefined gets the default', () => {
  const model = chain();
  const clone = cloneModel(model, { cloneFunction() {}, callFunction() {} });
  assert.deepEqual(clone.getConfig(), cloneModel(model).getConfig());
});

test('the notes and the stack of an error name the layer of the hook', () => {
  const own = new RangeError('mine');
  const where = own.stack.split('\n').slice(1).join('\n');
  const options = {
    cloneFunction() {
      throw own;
    },
  };
  const model = named(chain(), 'm');
  const error = thrownBy(() => cloneModel(model, options));
  assert.equal(error, own);
  assert.equal(error.message, 'mine');
  const layer = model.layers[1].name;
  const note = `While cloning layer '${layer}' (Dense) of model 'm'`;
  assert.deepEqual(error.notes, [note]);
  assert.equal(error.stack, `RangeError: mine\n${note}\n${where}`);
});

test('an error that is thrown again has only the notes of the last time', () => {
  const own = new Error('mine');
  const options = {
    callFunction() {
      throw own;
    },
  };
  const names = ['a', 'b', 'a'].map((name) => {
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 2, name }).apply(x) });
    thrownBy(() => cloneModel(model, options));
    assert.equal(own.stack.match(/While/g).length, 1);
    return own.notes;
  });
  const note = (name) =>
    `While calling layer '${name}' (Dense) of the clone on inputs of shape (None, 3)`;
  assert.deepEqual(names, [[note('a')], [note('b')], [note('a')]]);
});

test('an error of a clone inside a hook has the notes of both clones', () => {
  const own = new Error('mine');
  const inner = named(chain(), 'inner');
  const options = {
    cloneFunction() {
      cloneModel(inner, {
        cloneFunction() {
          throw own;
        },
      });
    },
  };
  const error = thrownBy(() => cloneModel(named(chain(), 'outer'), options));
  assert.equal(error, own);
  assert.equal(error.notes.length, 2);
  assert.match(error.notes[0], /of model 'inner'$/);
  assert.match(error.notes[1], /of model 'outer'$/);
});

test('a frozen error is raised unchanged', () => {
  const own = Object.freeze(new Error('mine'));
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

test('an error of the core names the layer and the input shapes', () => {
  const x = Input({ shape: [8, 8, 1] });
  const first = new layers.Conv2D({ filters: 2, kernelSize: 3, name: 'c1' });
  const second = new layers.Conv2D({ filters: 2, kernelSize: 3, name: 'c2' });
  const model = new Model({ inputs: x, outputs: second.apply(first.apply(x)) });
  const options = {
    cloneFunction: (layer) => (layer.name === 'c1' ? new layers.Flatten() : undefined),
  };
  const error = assertRaises(() => cloneModel(model, options), ValueError, 'min_ndim=4');
  const note = "While calling layer 'c2' (Conv2D) of the clone on inputs of shape (None, 64)";
  assert.deepEqual(error.notes, [note]);
  assert.ok(error.message.endsWith(`\n${note}`), error.message);
  assert.ok(error.stack.includes(note));
});

test('an error of a custom layer called by the clone names that layer', () => {
  const own = new RangeError('mine');
  class Picky extends Layer {
    static className = 'Picky';
    call(x) {
      if (x.shape[1] !== 3) throw own;
      return x;
    }
  }
  const x = Input({ shape: [3] });
  const model = new Model({ inputs: x, outputs: new Picky({ name: 'p' }).apply(x) });
  const options = { inputTensors: Input({ shape: [4] }) };
  const error = thrownBy(() => cloneModel(model, options));
  assert.equal(error, own);
  assert.deepEqual(error.notes, [
    "While calling layer 'p' (Picky) of the clone on inputs of shape (None, 4)",
  ]);
});

test('an async hook is refused', () => {
  assertRaises(
    () => cloneModel(chain(), { cloneFunction: async (layer) => layer }),
    KerasTypeError,
    'promise',
  );
});

test('a hook that is not a function is refused', () => {
  assertRaises(() => cloneModel(chain(), { cloneFunction: 3 }), KerasTypeError, 'cloneFunction');
  assertRaises(
    () => cloneModel(chain(), { foo: 3 }),
    ValueError,
    "Unexpected keyword argument(s): ('foo',)",
  );
});

test("a callFunction that returns null as an output gets Keras's error", () => {
  assertRaises(
    () => cloneModel(chain(), { callFunction: () => null }),
    ValueError,
    'All `outputs` values must be KerasTensors',
  );
});

test('everything still works after thousands of errors', () => {
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

// Throws a new error each time its layers are called.
function failingLayers() {
  const state = { fails: false, calls: 0, configs: 0 };
  class Failing extends Layer {
    static className = 'Failing';
    call(x) {
      if (!state.fails) return x;
      throw new ValueError(`call ${++state.calls}`);
    }
    getConfig() {
      ++state.configs;
      return super.getConfig();
    }
  }
  return { state, Failing };
}

test('a layer that fails while a Sequential is cloned is called once, and its error is raised', () => {
  const { state, Failing } = failingLayers();
  const model = new Sequential([
    Input({ shape: [3] }),
    new layers.Dense({ units: 2 }),
    new Failing({ name: 'failing' }),
    new layers.Dense({ units: 2 }),
  ]);
  state.fails = true;
  const error = thrownBy(() => cloneModel(model));
  assert.equal(error.message, 'call 1');
  assert.equal(state.calls, 1);
  assert.equal(state.configs, 1);
  assert.deepEqual(error.notes, [
    "While calling layer 'failing' (Failing) of the clone on inputs of shape (None, 2)",
  ]);
});

test('a layer that fails while a Sequential is revived is called once', () => {
  const { state, Failing } = failingLayers();
  const model = new Sequential([
    Input({ shape: [3] }),
    new Failing(),
    new layers.Dense({ units: 2 }),
  ]);
  const config = model.getConfig();
  state.fails = true;
  const error = thrownBy(() => Sequential.fromConfig(config, { Failing }));
  assert.equal(error.message, 'call 1');
  assert.equal(state.calls, 1);
});

test('the error names the position of a layer that does not fit its Sequential', () => {
  const model = new Sequential([
    Input({ shape: [4] }),
    new layers.Reshape({ targetShape: [2, 2] }),
    new layers.Flatten(),
  ]);
  const config = model.getConfig();
  config.layers[1].config.target_shape = [5];
  const error = assertRaises(() => Sequential.fromConfig(config), ValueError);
  assert.equal(error.path, 'layers[1]');
});

test('the first error is raised even when later code throws and catches others', () => {
  const { Failing, state } = failingLayers();
  const model = named(chain(), 'm');
  const own = new ValueError('mine');
  const options = {
    callFunction() {
      try {
        state.fails = true;
        new Failing().apply(tensor([[1]]));
      } catch {
        throw own;
      }
    },
  };
  assert.equal(
    thrownBy(() => cloneModel(model, options)),
    own,
  );
});

test('two layers of one name that a hook made are an error whose notes say what to do', () => {
  const callFunction = (layer, ...args) =>
    new layers.Dense({ units: 2, name: 'same' }).apply(layer.apply(...args));
  const inputs = Input({ shape: [3] });
  const hidden = new layers.Dense({ units: 2 }).apply(inputs);
  const model = new Model({ inputs, outputs: new layers.Dense({ units: 2 }).apply(hidden) });
  const error = thrownBy(() => cloneModel(model, { callFunction }));
  assert.ok(error instanceof ValueError);
  assert.match(error.message, /The name "same" is used 2 times/);
  assert.match(error.notes.join(), /a `name` of its own, or pass `rename`/);
  assert.deepEqual(thrownBy(() => new Model({ inputs, outputs: [1] })).notes, undefined);
});
