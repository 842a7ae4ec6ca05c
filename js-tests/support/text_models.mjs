// Models on strings that Keras saved (tools/fixtures/with_tensorflow/make_text_files.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertClose } from './assertions.mjs';
import { tensor } from './keras.mjs';

const folder = new URL('../fixtures/text/', import.meta.url);

export const textModels = [
  'wide_and_deep',
  'text_classifier',
  'any_length',
  'bag_of_words',
  'characters',
  'lookups',
];

/** The bytes of a model's file. */
export const textFile = (name) => new Uint8Array(readFileSync(new URL(`${name}.keras`, folder)));

/** The JSON beside it: config, assets, weights, inputs and outputs. */
export const textTruth = (name) => readTextJson(`${name}.keras.json`);

export const readTextJson = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

const isTensor = (node) => Array.isArray(node?.data) && Array.isArray(node?.shape);

/** The value with `map` applied to each recorded tensor. */
export function mapTensors(node, map) {
  if (isTensor(node)) return map(node);
  if (Array.isArray(node)) return node.map((item) => mapTensors(item, map));
  return Object.fromEntries(
    Object.entries(node).map(([key, item]) => [key, mapTensors(item, map)]),
  );
}

const numbers = { NaN, Infinity, '-Infinity': -Infinity };

/** The tensor of a record. NaN and infinities are recorded as strings. */
export function recordedTensor({ data, shape, dtype }) {
  const values = dtype === 'string' ? data : data.map((value) => numbers[value] ?? value);
  return tensor(values, shape, dtype);
}

/** Asserts that outputs have the recorded shapes and values. */
export function assertOutputs(actual, expected) {
  if (!isTensor(expected)) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
    for (const key of Object.keys(expected)) assertOutputs(actual[key], expected[key]);
    return;
  }
  assert.deepEqual([...actual.shape], expected.shape);
  const values = [actual.array()].flat(Infinity);
  if (/float/.test(expected.dtype)) return assertClose(values, expected.data);
  assert.equal(actual.dtype, expected.dtype);
  assert.deepEqual(values, expected.data);
}
