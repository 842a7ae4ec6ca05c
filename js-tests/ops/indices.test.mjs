// Indices and sizes out of range behave as in Keras on JAX (tools/fixtures/make_indices.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as keras from '../support/keras.mjs';

const { rows } = JSON.parse(
  readFileSync(new URL('../fixtures/indices.json', import.meta.url), 'utf8'),
);

const special = { nan: NaN, inf: Infinity, '-inf': -Infinity };
const numbers = (value) => (Array.isArray(value) ? value.map(numbers) : (special[value] ?? value));

function argument(value) {
  if (Array.isArray(value)) return value.map(argument);
  if (typeof value === 'string') return special[value] ?? value;
  if (value === null || typeof value !== 'object') return value;
  return keras.tensor(numbers(value.tensor), null, value.dtype);
}

const camelCase = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

function callOp({ op, args, kwargs }) {
  const call = op.split('.').reduce((found, name) => found[camelCase(name)], keras.ops);
  return call(...args.map(argument), keras.kwargs(kwargs));
}

function callLayer({ layer, x }) {
  const made = new keras.layers[layer.class_name](
    Object.fromEntries(Object.entries(layer.config).map(([key, value]) => [camelCase(key), value])),
  );
  const values = argument(x);
  made.build(values.shape);
  for (const weight of made.weights) {
    const size = weight.shape.reduce((product, dim) => product * dim, 1);
    weight.assign(
      keras.tensor(
        Array.from({ length: size }, (_, i) => i + 1),
        weight.shape,
      ),
    );
  }
  return made.apply(values);
}

function assertSame(actual, expected) {
  if (Array.isArray(expected)) {
    assert.equal(actual.length, expected.length);
    expected.forEach((item, i) => assertSame(actual[i], item));
    return;
  }
  assert.deepEqual(actual.shape, expected.shape);
  assert.equal(actual.dtype, expected.dtype);
  const [got, wanted] = [actual.array(), numbers(expected.values)].map((v) => [v].flat(Infinity));
  got.forEach((value, i) => {
    const other = wanted[i];
    const close = Math.abs(value - other) <= 1e-5 * Math.max(1, Math.abs(other));
    assert.ok(Object.is(value, other) || close, `[${i}]: ${value}, not ${other}`);
  });
}

for (const row of rows) {
  const title = `${row.op ?? row.layer.class_name} ${JSON.stringify(row.args ?? row.x)} ${JSON.stringify(row.kwargs ?? {})}`;
  test(`${title.slice(0, 160)} behaves as in Keras`, () => {
    const compute = () => (row.op ? callOp(row) : callLayer(row));
    if (row.error === undefined) return assertSame(compute(), row.result);
    assert.throws(
      compute,
      (error) => error instanceof keras.KerasError && error.kind !== 'InternalError',
    );
  });
}
