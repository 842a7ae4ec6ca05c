// Whole models: sound, augmented images, and text recognition with its decoding (tools/fixtures/make_architectures.py).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as keras from '../support/keras.mjs';
import { fillInput, fillWeights } from '../../tools/lib/filler.mjs';

const { models } = JSON.parse(
  readFileSync(new URL('../fixtures/architectures.json', import.meta.url), 'utf8'),
);

const flat = (value) => [value].flat(Infinity);

function assertClose(tensor, expected, tolerance = 1e-4) {
  const got = flat(tensor.array());
  const want = flat(expected);
  assert.equal(got.length, want.length);
  const largest = Math.max(...want.map(Math.abs));
  const worst = Math.max(...want.map((value, i) => Math.abs(value - got[i])));
  assert.ok(worst <= tolerance * largest, `differs by ${worst} of ${largest}`);
}

function opened({ model: text, ranges, shape, input }) {
  keras.clearSession();
  const model = keras.modelFromJson(text);
  assert.equal(model.toJson(), text);
  model.setWeights(fillWeights(keras, model.weights, ranges));
  const count = shape.reduce((product, size) => product * size, 1);
  return { model, x: keras.tensor(fillInput(0, count, input), shape) };
}

for (const record of models) {
  test(`${record.name} opens, is cloned and predicts as in Keras`, () => {
    const { model, x } = opened(record);
    assertClose(model.predict(x), record.predicted);
    const clone = keras.cloneModel(model, { copyWeights: true });
    assert.equal(createHash('sha256').update(clone.toJson()).digest('hex'), record.clone);
    assertClose(clone.predict(x), record.predicted);
  });

  test(`${record.name} draws Keras's random numbers in training mode`, () => {
    const { model, x } = opened(record);
    assertClose(model.apply(x, keras.kwargs({ training: true })), record.trained);
  });
}

test('text is decoded from the outputs of the recognizer', () => {
  const record = models.find(({ decoded }) => decoded);
  const { decoded } = record;
  const { model, x } = opened(record);
  const { ops, tensor } = keras;
  const logits = model.predict(x);
  const lengths = tensor(decoded.lengths, null, 'int32');
  const greedy = ops.ctcDecode(logits, lengths, { strategy: 'greedy' });
  const beam = ops.ctcDecode(logits, lengths, { strategy: 'beam_search', beamWidth: 20, topPaths: 3 }); // prettier-ignore
  for (const [got, want] of [
    [greedy, decoded.greedy],
    [beam, decoded.beam],
  ]) {
    assert.deepEqual(got[0].array(), want[0]);
    assertClose(got[1], want[1]);
  }
  const labels = tensor(decoded.labels, null, 'int32');
  const labelLengths = tensor(decoded.labelLengths, null, 'int32');
  assertClose(ops.ctcLoss(labels, logits, labelLengths, lengths), decoded.loss);
});
