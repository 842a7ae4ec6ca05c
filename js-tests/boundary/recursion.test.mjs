// Endless recursion through the core, and calls on a nearly full stack, raise errors and leave everything usable.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  Input,
  Layer,
  layers,
  memory,
  Model,
  modelFromJson,
  ops,
  RecursionError,
  serializeKerasObject,
  tensor,
  ValueError,
} from '../support/keras.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const x = Input({ shape: [3], name: 'x' });
const model = new Model({
  inputs: x,
  outputs: new layers.Dense({ units: 2, name: 'd' }).apply(x),
  name: 'm',
});
const json = model.toJson();
const predict = () => model.predict([[1, 2, 3]]).array();
const expected = predict();

async function settled() {
  for (let i = 0; i < 5; ++i) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return memory();
}

class Recursive extends Layer {
  static className = 'Recursive';
  getConfig() {
    return { ...super.getConfig(), inner: serializeKerasObject(this) };
  }
}

const endless = {
  cloneFunction() {
    const cloneFunction = (layer) => {
      cloneModel(model, { cloneFunction });
      return layer;
    };
    cloneModel(model, { cloneFunction });
  },
  callFunction() {
    const callFunction = (layer, ...args) => {
      cloneModel(model, { callFunction });
      return layer.apply(...args);
    };
    cloneModel(model, { callFunction });
  },
  rename() {
    const rename = (name) => {
      cloneModel(model, { rename });
      return name;
    };
    cloneModel(model, { rename });
  },
  getConfig() {
    new Recursive().getConfig();
  },
  onProgress() {
    const onProgress = () => void model.predict([[1, 2, 3]], { onProgress });
    model.predict([[1, 2, 3]], { onProgress });
  },
};

for (const [name, start] of Object.entries(endless)) {
  test(`${name} that calls itself endlessly is a RecursionError and leaves nothing behind`, async () => {
    assertRaises(start, RecursionError, 'maximum recursion depth exceeded');
    const before = await settled();
    for (let i = 0; i < 5; ++i) {
      assertRaises(start, RecursionError);
      assert.deepEqual(predict(), expected);
    }
    const { handles, buffers, functions } = await settled();
    assert.ok(handles <= before.handles, `${handles} handles after ${before.handles}`);
    assert.ok(buffers <= before.buffers, `${buffers} buffers after ${before.buffers}`);
    assert.equal(functions, before.functions);
  });
}

test('a layer whose call applies the layer itself is refused before the stack is full', () => {
  class Self extends Layer {
    static className = 'Self';
    call(inputs) {
      return this.apply(inputs);
    }
  }
  assertRaises(() => new Self().apply(tensor([[1, 2]])), ValueError);
  assert.deepEqual(predict(), expected);
});

/** Calls `body` at each stack depth from the end upwards until it succeeds; returns the number of failures. */
function fromTheEnd(body) {
  const failures = new Map();
  let isDone = false;
  const deeper = () => {
    try {
      deeper();
    } catch {
      // The stack is full, or `body` failed at a deeper level.
    }
    if (isDone) return;
    try {
      body();
      isDone = true;
    } catch (error) {
      failures.set(error.name, (failures.get(error.name) ?? 0) + 1);
    }
  };
  deeper();
  assert.ok(isDone);
  return failures;
}

const calls = {
  'reading a model': () => modelFromJson(json).dispose(),
  cloning: () => cloneModel(model).dispose(),
  'predicting from arrays': () => model.predict([[1, 2, 3]]).dispose(),
  'predicting from a typed array': () => model.predict(Float32Array.of(1, 2, 3)).dispose(),
  'an operation': () => ops.add([1], [2]).dispose(),
  summary: () => model.summary({ printFn: null }),
  getConfig: () => model.getConfig(),
  hooks: () => cloneModel(model, { cloneFunction: (layer) => layer }).dispose(),
};

for (const [name, call] of Object.entries(calls)) {
  test(`${name} on a nearly full stack fails before entering the core`, async () => {
    call();
    const before = await settled();
    for (let i = 0; i < 2; ++i) {
      const failures = fromTheEnd(call);
      assert.ok(failures.get('RecursionError') > 10, 'nothing failed');
      for (const kind of failures.keys())
        assert.ok(['RecursionError', 'RangeError'].includes(kind), kind);
      assert.deepEqual(predict(), expected);
    }
    const { handles, functions } = await settled();
    assert.ok(handles <= before.handles, `${handles} handles after ${before.handles}`);
    assert.equal(functions, before.functions);
  });
}
