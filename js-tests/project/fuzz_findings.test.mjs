// Defects found by fuzzing: calls without arguments, and results with very many elements.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  IndexError,
  Input,
  KerasError,
  layers,
  Model,
  modelFromJson,
  tensor,
} from '../support/keras.mjs';

const x = Input({ shape: [3], name: 'x' });
const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 2 }).apply(x) });
const answer = () => model.predict([[1, 2, 3]]).array();

test('calling an InputLayer without arguments is refused, with no other effect', () => {
  const before = answer();
  assertRaises(() => model.layers[0].apply(), IndexError, 'list index out of range');
  const record = JSON.parse(model.toJson());
  record.config.layers[0].inbound_nodes = [0];
  assertRaises(() => modelFromJson(JSON.stringify(record)), KerasError);
  assert.deepEqual(answer(), before);
});

test('adaptive pooling to many outputs repeats the elements', () => {
  const pool = new layers.AdaptiveAveragePooling1D({ outputSize: 90_000 });
  const y = pool.apply(tensor([[[1], [2], [3]]]));
  assert.deepEqual(y.shape, [1, 90_000, 1]);
  const values = y.data();
  assert.deepEqual(
    [0, 29_999, 30_000, 59_999, 60_000, 89_999].map((i) => values[i]),
    [1, 1, 2, 2, 3, 3],
  );
});
