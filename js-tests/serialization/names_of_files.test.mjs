// Names chosen by files are ordinary names: they never reach Object.prototype or users' functions.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  deserializeKerasObject,
  diffModels,
  Input,
  JSONDecodeError,
  Layer,
  layers,
  loadModel,
  memory,
  Model,
  modelFromJson,
  Sequential,
} from '../support/keras.mjs';

const clean = Object.getOwnPropertyNames(Object.prototype);
const cleanObject = Object.getOwnPropertyNames(Object);
afterEach(() => {
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), clean);
  assert.deepEqual(Object.getOwnPropertyNames(Object), cleanObject);
});

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '$'];

function modelNamed(name) {
  const x = Input({ shape: [2], name: 'x' });
  return new Model({ inputs: x, outputs: new layers.Dense({ units: 1, name }).apply(x) });
}

for (const name of names) {
  test(`a layer named ${name} has its weights in the state tree and accepts them back`, () => {
    const model = modelNamed(name);
    const tree = model.getStateTree();
    const own = Object.getOwnPropertyDescriptor(tree.trainable_variables, name).value;
    assert.deepEqual(Object.keys(tree.trainable_variables), [name]);
    assert.deepEqual(Object.keys(own), ['kernel', 'bias']);
    const values = `{"trainable_variables":{${JSON.stringify(name)}:{"kernel":[[1],[2]],"bias":[3]}}}`;
    model.setStateTree(JSON.parse(values));
    assert.deepEqual(model.predict([[1, 1]]).array(), [[6]]);
    const other = modelNamed(name);
    other.setStateTree(model.getStateTree());
    assert.deepEqual(other.predict([[1, 1]]).array(), [[6]]);
  });

  test(`a layer named ${name} survives every kind of file, clones and comparisons`, async () => {
    const model = modelNamed(name);
    model.setWeights([[[1], [2]], [3]]);
    for (const format of ['keras', 'h5']) {
      const opened = await loadModel(await model.save(undefined, { format }));
      assert.deepEqual(opened.predict([[1, 1]]).array(), [[6]]);
      assert.equal(opened.layers.at(-1).name, name);
    }
    const fresh = modelNamed(name);
    await fresh.loadWeights(await model.saveWeights());
    assert.deepEqual(fresh.predict([[1, 1]]).array(), [[6]]);
    const shards = modelNamed(name);
    await shards.loadWeights(await model.saveWeights(undefined, { maxShardSize: 1e-8 }));
    assert.deepEqual(shards.predict([[1, 1]]).array(), [[6]]);
    const clone = cloneModel(model, { copyWeights: true });
    assert.deepEqual(clone.predict([[1, 1]]).array(), [[6]]);
    assert.equal(diffModels(model, clone, { weights: true }).equal, true);
    model.mapWeights((weight, values) => values.map((value) => 2 * value));
    assert.deepEqual(model.predict([[1, 1]]).array(), [[12]]);
  });
}

test('inputs and outputs may have any name', () => {
  const x = Input({ shape: [2], name: '__proto__' });
  const y = new layers.Dense({ units: 1, kernelInitializer: 'ones' }).apply(x);
  const inputs = JSON.parse('{"__proto__":0}');
  const outputs = JSON.parse('{"__proto__":0,"constructor":0}');
  for (const [target, value] of [
    [inputs, x],
    [outputs, y],
  ])
    for (const key of Object.keys(target))
      Object.defineProperty(target, key, { value, enumerable: true });
  const result = new Model({ inputs, outputs }).predict(JSON.parse('{"__proto__":[[1,2]]}'));
  assert.deepEqual(Object.keys(result), ['__proto__', 'constructor']);
  assert.deepEqual(Object.getOwnPropertyDescriptor(result, '__proto__').value.array(), [[3]]);
});

test('config keys remain keys', () => {
  class Kept extends Layer {
    static className = 'Kept';
    constructor({ extra = null, ...options } = {}) {
      super(options);
      this.extra = extra;
    }
    call(x) {
      return x;
    }
    getConfig() {
      return { ...super.getConfig(), extra: this.extra };
    }
  }
  const extra = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}}',
  );
  const model = new Sequential([Input({ shape: [1] }), new Kept({ extra })]);
  const text = model.toJson();
  assert.ok(text.includes('"__proto__": {"polluted": 1}'));
  const opened = modelFromJson(text, { customObjects: { Kept } });
  assert.equal(opened.toJson(), text);
  assert.equal(JSON.stringify(opened.layers[0].extra), JSON.stringify(extra));
});

test("a string in a config never acts as the handle of a user's function", () => {
  const secret = () => assert.fail('called');
  const lambda = new layers.Lambda({ function: secret });
  const { functions } = memory();
  assert.ok(functions > 0);
  for (let number = 0; number < 50; ++number) {
    for (const text of [
      `__host_function__${number}`,
      `\u00ffhost_function${number}`,
      `@${number}`,
    ]) {
      const record = {
        module: 'builtins',
        class_name: 'function',
        config: text,
        registered_name: 'f',
      };
      const config = { name: 'l', function: record };
      assert.throws(() => layers.Lambda.fromConfig(config).apply([[1]]));
      assert.throws(() => deserializeKerasObject(record));
    }
  }
  assert.equal(memory().functions, functions);
  assert.equal(lambda.getConfig().name, lambda.name);
});

test('a string cannot start with the marker of live values', () => {
  const text = new Sequential([Input({ shape: [1] })]).toJson();
  for (const given of [`\u0001${text}\u0001{"a":"@1"}`, `\u0001${text}`, '\u0001'])
    assertRaises(() => modelFromJson(given), JSONDecodeError, 'Expecting value');
});
