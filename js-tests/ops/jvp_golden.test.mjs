// The derivatives of the models of the golden cases: every layer and operation (tools/fixtures/make_derivatives.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { arraysOf, goldenCases } from '../../tools/parity/golden.mjs';
import { kwargs, modelFromJson, ops, tensor } from '../support/keras.mjs';

const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const rows = new Map(JSON.parse(fixture('derivatives.json')).map((row) => [row.id, row]));
const array = arraysOf(fixture('derivatives.safetensors'));

/** As `direction` in make_derivatives.py. */
function direction(x, number) {
  const steps = Array.from({ length: x.size }, (_, i) => (((i * 7 + 3 * number) % 17) - 8) / 8);
  return ops.cast(tensor(steps, x.shape), x.dtype);
}

function flat(value) {
  if (value?.dtype !== undefined) return [value];
  if (Array.isArray(value)) return value.flatMap(flat);
  return Object.keys(value)
    .sort()
    .flatMap((key) => flat(value[key]));
}

function differentiate(golden) {
  const call = golden.calls.find(({ training }) => !training);
  const model = modelFromJson(JSON.stringify(golden.to_json));
  const read = (entry) => {
    const stored = golden.array(entry.array);
    const values = tensor(
      stored.values,
      stored.shape,
      entry.dtype === 'complex64' ? 'float32' : entry.dtype,
    );
    return entry.dtype === 'complex64' ? ops.viewAsComplex(values) : values;
  };
  model.setWeights(golden.weights.map(read));
  const inputs = call.inputs.map(read);
  const moving = inputs.map((_, i) => i).filter((i) => /^b?float/.test(inputs[i].dtype));
  const f = (...given) => {
    const values = inputs.map((x, i) => (moving.includes(i) ? given[moving.indexOf(i)] : x));
    const build = (structure) => {
      if (typeof structure === 'number') return values[structure];
      if (Array.isArray(structure)) return structure.map(build);
      return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, build(item)]));
    };
    return flat(model.apply(build(call.input_structure), kwargs({ training: false })));
  };
  const primals = moving.map((i) => inputs[i]);
  return ops.jvp(
    f,
    primals,
    moving.map((i) => direction(inputs[i], i)),
  );
}

/** The largest difference, relative to the largest magnitude of the derivative or of the value. */
function errorOf(got, want, value) {
  const real = got.dtype === 'complex64' ? ops.viewAsReal(got) : got;
  assert.deepEqual([...real.shape], want.shape);
  const numbers = Array.from(real.data(), Number);
  const size = value.dtype === 'complex64' ? [1] : Array.from(value.data(), Number);
  const scale = Math.max(1e-3, ...[...want.values, ...size].filter(Number.isFinite).map(Math.abs));
  let worst = 0;
  for (const [i, number] of want.values.entries()) {
    if (Object.is(number, numbers[i]) || number === numbers[i]) continue;
    const difference = Math.abs(number - numbers[i]);
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }
  return worst / scale;
}

const isHalf = (golden) => /float16|float8/.test(JSON.stringify([golden.to_json, golden.calls]));

// Named in docs/keras-compatibility.md.
const notHere = { 'ops_image/019': /scale_and_translate/, 'ops_nn/053': /ctc_decode/ };
// JAX has no rule for products of segments.
const onlyHere = new Set(['ops_math/011']);

function check(golden, row) {
  if (row.id in notHere) {
    assert.throws(() => differentiate(golden), notHere[row.id]);
    return;
  }
  if (onlyHere.has(row.id)) {
    assert.ok(row.error);
    assert.equal(differentiate(golden).length, 2);
    return;
  }
  if (row.error) {
    assert.throws(
      () => differentiate(golden),
      (error) => error.name.includes(row.error.replace('TypeError', 'Type')),
      row.id,
    );
    return;
  }
  const [values, tangents] = differentiate(golden);
  for (const [i, name] of row.outputs.entries()) {
    if (name === null) {
      assert.equal(Math.max(0, ...Array.from(tangents[i].data(), Number)), 0, row.id);
      continue;
    }
    const error = errorOf(tangents[i], array(name), values[i]);
    assert.ok(
      error <= (isHalf(golden) ? 4e-2 : 2e-4),
      `${row.id}, output ${i}: differs by ${error}`,
    );
  }
}

const cases = [...goldenCases()].filter(({ id }) => rows.has(id));

test('every case has its derivative', () => {
  assert.equal(cases.length, rows.size);
  assert.ok(rows.size > 50);
});

for (const group of new Set(cases.map(({ id }) => id.split('/')[0])))
  test(`jvp differentiates the models of ${group} as Keras does`, () => {
    for (const golden of cases)
      if (golden.id.startsWith(`${group}/`)) check(golden, rows.get(golden.id));
  });
