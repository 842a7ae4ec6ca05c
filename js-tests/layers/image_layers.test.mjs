// Image layers against Keras: colors (tools/fixtures/make_color_layers.py), and bounding boxes in every format
// (make_bounding_boxes.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { clearSession, kwargs, layers, setRandomSeed, tensor } from '../support/keras.mjs';

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../fixtures/image_layers/${name}.json`, import.meta.url)));
const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const isInteger = (dtype) => dtype.includes('int');

/** The values of tensor number `seed` of a call, as the generator computes them. */
function stored({ shape, dtype, range, values }, seed) {
  const count = shape.reduce((product, size) => product * size, 1);
  const [low, high] = range ?? [];
  const value = (i) => low + (high - low) * (((i * 7919 + 1009 * seed) % 257) / 256);
  const computed = values ?? Array.from({ length: count }, (_, i) => value(i));
  return tensor(isInteger(dtype) ? computed.map(Math.trunc) : computed, shape, dtype);
}

/** The data of a call; tensors are numbered in the order of sorted keys. */
function dataOf(described) {
  let count = 0;
  const number = (value) =>
    value.dtype
      ? stored(value, ++count)
      : Object.fromEntries(Object.keys(value).sort().map((key) => [key, number(value[key])])); // prettier-ignore
  return number(described);
}

/** The tensors of a result in the order of sorted keys. */
const flat = (value) =>
  value.dtype ? [value] : Object.keys(value).sort().flatMap((key) => flat(value[key])); // prettier-ignore

function assertTensor(actual, expected, message) {
  assert.deepEqual([actual.shape, actual.dtype], [expected.shape, expected.dtype], message);
  const got = actual.data();
  const largest = Math.max(0, ...expected.values.map((value) => Math.abs(value ?? 0)));
  expected.values.forEach((value, i) => {
    if (value === null) assert.ok(Number.isNaN(got[i]), `${message}: element ${i} is ${got[i]}`);
    else if (!(Math.abs(Number(got[i]) - value) <= 1e-5 * largest))
      assert.fail(`${message}: element ${i} is ${got[i]} instead of ${value}`);
  });
}

/** An error of JAX has neither kind nor message: any error is right. */
const raises = (run, { kind, message }, note) =>
  assert.throws(run, (error) => {
    if (message !== undefined) assert.deepEqual([error.kind, error.message], [kind, message], note);
    return true;
  }, note); // prettier-ignore

function made({ layer: { class_name: className, arguments: options } }) {
  const named = Object.entries(options).map(([key, value]) => [camelCase(key), value]);
  return new layers[className](Object.fromEntries(named));
}

function begin(seed) {
  clearSession();
  setRandomSeed(seed);
}

test('layers that change colors answer as Keras: values, dtypes, errors, states of generators', () => {
  const { seed, rows } = read('color');
  assert.ok(rows.length > 60);
  for (const row of rows) {
    const note = JSON.stringify(row.layer);
    begin(seed);
    if (row.error) {
      raises(() => made(row), row.error, note);
      continue;
    }
    const layer = made(row);
    assert.deepEqual(layer.getConfig(), row.config, note);
    for (const { data, training, result, error } of row.calls) {
      const call = () => layer.apply(dataOf(data), kwargs(training === null ? {} : { training }));
      const where = `${note} ${JSON.stringify(data)}`;
      if (error) raises(call, error, where);
      else flat(call()).forEach((each, i) => assertTensor(each, result[i], where));
    }
    assert.deepEqual(layer.variables.map((each) => [...each.value().data()]), row.states, note); // prettier-ignore
  }
});

test('bounding boxes of every format are moved as in Keras', () => {
  const { seed, rows } = read('bounding_boxes');
  assert.equal(rows.length, 99);
  for (const row of rows) {
    const note = JSON.stringify(row.layer);
    begin(seed);
    const layer = made(row);
    assert.deepEqual(layer.getConfig(), row.config, note);
    for (const { data, training, boxes, labels } of row.calls) {
      const result = layer.apply(dataOf(data), kwargs({ training }));
      assertTensor(result.bounding_boxes.boxes, boxes, note);
      assertTensor(result.bounding_boxes.labels, labels, note);
    }
  }
});
