// keras.quantizers: functions, quantizers and quantization configs against Keras (tools/fixtures/make_quantizers.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  deserializeKerasObject,
  initialize,
  kwargs,
  Quantizer,
  quantizers,
  serializeKerasObject,
  tensor,
} from '../support/keras.mjs';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/quantizers.json', import.meta.url), 'utf8'),
);

await initialize();

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const number = (value) => (value === 'inf' ? Infinity : value);
const flat = (value) => (Array.isArray(value) ? value.flatMap(flat) : [number(value)]);
const isStored = (value) => value?.dtype !== undefined;
const given = (value) => (isStored(value) ? tensor(numbers(value.data), null, value.dtype) : value);
const numbers = (value) => (Array.isArray(value) ? value.map(numbers) : number(value));

function assertEqual(got, want, message) {
  if (Array.isArray(want) && !want.every(Number.isFinite)) {
    assert.equal(got.length, want.length, message);
    want.forEach((item, i) => assertEqual(got[i], item, message));
  } else if (isStored(want)) {
    assert.equal(got.dtype, want.dtype, message);
    const expected = flat(want.data);
    const values = flat(got.array());
    assert.equal(values.length, expected.length, message);
    const scale = Math.max(1e-30, ...expected.filter(Number.isFinite).map(Math.abs));
    for (const [i, value] of expected.entries())
      assert.ok(value === values[i] || Math.abs(value - values[i]) <= 1e-6 * scale, `${message}: ${values} ${expected}`); // prettier-ignore
  } else assert.deepEqual(got, want, message);
}

const raises = (run, { kind, message }) =>
  assert.throws(run, (error) => {
    assert.equal(error.kind, kind);
    assert.equal(error.message, message.replace(/ at 0x0\b/, ''));
    return true;
  });

test('the functions of keras.quantizers compute what Keras computes', () => {
  assert.equal(new Set(fixture.functions.map((row) => row.function)).size, 8);
  for (const row of fixture.functions) {
    const run = () =>
      quantizers[camelCase(row.function)](...row.args.map(given), kwargs(row.kwargs));
    if (row.error) raises(run, row.error);
    else assertEqual(run(), row.result, `${row.function} ${JSON.stringify(row.kwargs)}`);
  }
});

test('quantizers and quantization configs have the options, configs and errors of Keras', () => {
  const snake = ({ options }) =>
    Object.fromEntries(Object.entries(options).map(([key, value]) => [camelCase(key), value]));
  for (const row of fixture.objects) {
    const make = () => new quantizers[row.class_name](snake(row));
    if (row.x) {
      assertEqual(make().apply(tensor(row.x), row.axis), row.result, row.class_name);
      continue;
    }
    const serialized = () => serializeKerasObject(make());
    if (row.config.error) raises(serialized, row.config.error);
    else {
      assert.deepEqual(serialized(), row.config.result);
      const again = deserializeKerasObject(row.config.result);
      assert.ok(again instanceof quantizers[row.class_name]);
    }
    if (row.mode?.error) raises(() => make().mode, row.mode.error);
    else if (row.mode) assert.equal(make().mode, row.mode.result);
  }
});

test('quantizers are found by record, and anything else is refused', () => {
  const quantizer = quantizers.get({ class_name: 'AbsMaxQuantizer', config: { axis: [1] } });
  assert.ok(quantizer instanceof quantizers.AbsMaxQuantizer && quantizer instanceof Quantizer);
  assert.equal(quantizers.get(null), null);
  assert.equal(quantizers.get(quantizer), quantizer);
  assert.throws(() => quantizers.get('huffman'), /Could not interpret quantizer identifier/);
  assert.deepEqual(new Quantizer().apply(tensor([1, 2])).array(), [1, 2]);
  assert.throws(() => quantizers.quantizeAndDequantize(tensor([1]), tensor(1), 'int8', 'float32'), {
    message: /must be a float dtype/,
  });
  assert.throws(
    () => quantizers.absMaxQuantizeGroupedWithZeroPoint(tensor([[1]]), 0),
    /`block_size` must be positive/,
  );
});
