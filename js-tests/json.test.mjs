// JSON as Python writes it, names, and the parameter lists of methods: the parts that nobody sees.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseJson, writeJson } from '../dist/json.js';
import { parameters } from '../dist/layers/custom_class.js';
import { toCamelCase, toSnakeCase } from '../dist/names.js';

test('whole floats stay floats as long as nobody changes them', () => {
  const value = parseJson('{"a": 1.0, "b": 1, "c": [2.0, 3], "d": 1e3}');
  assert.deepEqual(value, { a: 1, b: 1, c: [2, 3], d: 1000 });
  assert.equal(writeJson(value), '{"a":1.0,"b":1,"c":[2.0,3],"d":1000.0}');
  value.a = 2.5;
  assert.equal(writeJson(value), '{"a":2.5,"b":1,"c":[2.0,3],"d":1000.0}');
});

test('NaN and the infinities are read and written', () => {
  const text = '[NaN,Infinity,-Infinity,-0.0]';
  assert.equal(writeJson(parseJson(text)), text);
});

test('texts that look like special numbers stay texts', () => {
  const text = '{"NaN":"Infinity","1.0":"\\"-Infinity\\" 2.0"}';
  assert.equal(writeJson(parseJson(text)), text);
});

test('the own parser reads what JSON.parse reads', () => {
  const values = [
    {},
    [],
    [[]],
    { a: { b: [] } },
    'ä\n"\\',
    -1.5e-7,
    0,
    [null, true, false],
    { __proto__x: 1 },
  ];
  for (const value of values) {
    const text = JSON.stringify([value, 0.5], null, 2).replace('0.5', '1.0');
    assert.deepEqual(parseJson(text), [value, 1]);
  }
});

test('the own parser refuses what is no JSON', () => {
  for (const text of [
    '[1.0',
    '{"a" 1.0}',
    '{a: 1.0}',
    '[1.0,]',
    '1.0 1',
    'NaNa',
    '{"a":1.0 "b":2}',
  ])
    assert.throws(() => parseJson(text));
});

test('a member called __proto__ is a member', () => {
  const value = parseJson('{"__proto__": 1.0}');
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test('names are converted back and forth, or left alone', () => {
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

test('the parameters of a method are read from its text', () => {
  class A {
    a(x) {}
    b(x, { training, mask = null, inner: { deep } = {}, ...others } = {}) {}
    c(query, value = 'a,b', /* key, */ { mask }) {}
    d(x, options) {}
    e() {}
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
  assert.deepEqual(read('f'), [['inputs', 'c'], [], false]);
  assert.deepEqual(read('g'), [[], [], true]);
  assert.deepEqual(read('h'), [['x'], ['training'], false]);
});
