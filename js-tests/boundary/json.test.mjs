// Internals: JSON across the JS/Wasm boundary, name conversion, and parameter lists of methods.
import assert from 'node:assert/strict';
import test from 'node:test';
import { KerasError as KerasErrorOfModules } from '../../build/modules/errors/errors.js';
import { parseJson, writeJson } from '../../build/modules/boundary/json.js';
import { parameters } from '../../build/modules/custom_classes/signatures.js';
import { toCamelCase, toSnakeCase } from '../../build/modules/boundary/names.js';
import { assertRaises } from '../support/assertions.mjs';
import {
  deserializeKerasObject,
  initializers,
  KerasError,
  layers,
  modelFromJson,
  Sequential,
  serializeKerasObject,
} from '../support/keras.mjs';

const record = (config) => ({ class_name: 'X', config });
const throughTheCore = (value) => parseJson(writeJson(value));

test('whole floats from the core remain floats while they are unchanged', () => {
  const config = new layers.ReLU({ maxValue: 6 }).getConfig();
  assert.deepEqual([config.negative_slope, config.threshold], [0, 0]);
  const text = (changed) => new Sequential([layers.ReLU.fromConfig(changed)]).toJson();
  assert.match(text(config), /"max_value": 6, "negative_slope": 0\.0, "threshold": 0\.0/);
  config.threshold = 1;
  assert.match(text(config), /"negative_slope": 0\.0, "threshold": 1\.0/);
  config.threshold = 1.5;
  assert.match(text(config), /"negative_slope": 0\.0, "threshold": 1\.5/);
});

test('values that JSON cannot express are kept in objects and arrays', () => {
  const value = { a: NaN, b: [Infinity, { c: -Infinity }], d: [[-0]], e: 0 };
  assert.deepEqual(throughTheCore(value), value);
  assert.deepEqual(serializeKerasObject({ a: NaN, b: [-Infinity, Infinity, 1.5] }), {
    a: NaN,
    b: [-Infinity, Infinity, 1.5],
  });
  assert.ok(Number.isNaN(throughTheCore(NaN)));
});

test('integers beyond 2^53 reach the core with all digits', () => {
  const initializer = new initializers.GlorotUniform({ seed: 9007199254740993n });
  const model = new Sequential([new layers.Dense({ units: 1, kernelInitializer: initializer })]);
  assert.match(model.toJson(), /"seed": 9007199254740993\b/);
});

test('strings that look like special numbers remain strings', () => {
  const value = { NaN: 'Infinity', '1.0': '"-Infinity" 2.0', '\u0001': '\u0001[0]\u0001' };
  assert.deepEqual(throughTheCore(value), value);
  assert.deepEqual(deserializeKerasObject(value), value);
});

test('dicts that look like handles stay dicts', () => {
  for (const node of [
    { $: 'object', i: 0, uid: 1 },
    { $: 'function', i: 0, name: 'f' },
    { $: 'error', id: 1, kind: 'ValueError', message: 'no' },
    { $: 'dict', items: [['a', 1]] },
    { $: { $: [NaN, { $: 1 }] } },
  ]) {
    const value = { a: [node], b: NaN };
    assert.deepEqual(throughTheCore(value), value);
    assert.deepEqual(deserializeKerasObject(value), value);
    assert.deepEqual(serializeKerasObject(value), value);
    const json = JSON.stringify({ class_name: 'Dense', module: 'keras.layers', config: node });
    assertRaises(() => modelFromJson(json), KerasError);
  }
});

test('a member named __proto__ is a member', () => {
  const value = throughTheCore(JSON.parse('{"__proto__": {"a": [1]}, "b": 2}'));
  assert.deepEqual(Object.keys(value), ['__proto__', 'b']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  const special = JSON.parse('{"__proto__": {"a": 1}}');
  Object.getOwnPropertyDescriptor(special, '__proto__').value.a = NaN;
  const back = throughTheCore(special);
  assert.deepEqual(Object.keys(back), ['__proto__']);
  assert.ok(Number.isNaN(Object.getOwnPropertyDescriptor(back, '__proto__').value.a));
});

test('unconverted values are not copied, and converted values are not changed', () => {
  const units = () => 3;
  const config = { plain: record({ a: [1] }), layers: [record({ units })] };
  const seen = [];
  const text = writeJson(config, {
    keepsTuples: false,
    convert(value, path) {
      seen.push([value, path()]);
      return { class_name: 'function', config: [NaN] };
    },
  });
  assert.deepEqual(seen, [[units, 'layers[0].config.units']]);
  assert.equal(config.layers[0].config.units, units);
  assert.deepEqual(parseJson(text), {
    plain: config.plain,
    layers: [record({ units: { class_name: 'function', config: [NaN] } })],
  });
});

test('a cyclic value, or one deeper than the stack, is a RecursionError', () => {
  const cycle = { a: [] };
  cycle.a.push(cycle);
  assert.equal(
    assertRaises(() => writeJson(cycle), KerasErrorOfModules, /part of itself/).kind,
    'RecursionError',
  );
  let deep = [];
  for (let i = 0; i < 200000; ++i) deep = [deep];
  assertRaises(() => deserializeKerasObject(deep), KerasError, /nested too deeply/);
});

test('names convert back and forth or stay unchanged', () => {
  for (const [snake, camel] of [
    ['kernel_initializer', 'kernelInitializer'],
    ['units', 'units'],
    ['l2', 'l2'],
    ['beta_1', 'beta_1'],
    ['_private', '_private'],
    ['x_', 'x_'],
  ]) {
    assert.equal(toCamelCase(snake), camel);
    assert.equal(toSnakeCase(camel), snake);
  }
});

test('the parameters of a method are parsed from its source', () => {
  class A {
    a(x) {}
    b(x, { training, mask = null, inner: { deep } = {}, ...others } = {}) {}
    c(query, value = 'a,b', /* key, */ { mask }) {}
    d(x, kwargs) {}
    e() {}
    i(x, context) {}
    j(x, options) {}
    k(x, args) {}
    f({ a, b }, c) {}
    async g(...all) {}
    h(
      // the input
      x,
      { training = [1, 2].map((v) => v) },
    ) {}
  }
  const read = (name) => {
    const { positional, keywords, rest } = parameters(A.prototype[name]);
    return [positional.map(({ name: n, optional }) => n + (optional ? '?' : '')), keywords, rest];
  };
  assert.deepEqual(read('a'), [['x'], [], false]);
  assert.deepEqual(read('b'), [['x'], ['training', 'mask', 'inner'], true]);
  assert.deepEqual(read('c'), [['query', 'value?'], ['mask'], false]);
  assert.deepEqual(read('d'), [['x'], ['training', 'mask'], true]);
  assert.deepEqual(read('e'), [[], [], false]);
  assert.deepEqual(read('i'), [['x', 'context'], [], false]);
  assert.deepEqual(read('j'), [['x', 'options'], [], false]);
  assert.deepEqual(read('k'), [['x', 'args'], [], false]);
  assert.deepEqual(read('f'), [['inputs', 'c'], [], false]);
  assert.deepEqual(read('g'), [[], [], true]);
  assert.deepEqual(read('h'), [['x'], ['training'], false]);
});
