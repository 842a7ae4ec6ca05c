// States of recurrent layers that persist between calls.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import { AttributeError, Input, layers, Sequential, tensor } from '../support/keras.mjs';

const step = tensor([[[1, -1]]]);

const stateful = (layer) => new Sequential([Input({ batchShape: [1, 1, 2] }), layer]);

for (const [name, layer] of [
  ['an LSTM', () => new layers.LSTM({ units: 3, stateful: true })],
  ['a GRU', () => new layers.GRU({ units: 3, stateful: true })],
  [
    'a Bidirectional',
    () => new layers.Bidirectional({ layer: new layers.LSTM({ units: 3, stateful: true }) }),
  ],
]) {
  test(`resetState returns ${name} to its initial state`, () => {
    const recurrent = layer();
    const model = stateful(recurrent);
    const first = model.predict(step).array();
    assert.notDeepEqual(model.predict(step).array(), first);
    recurrent.resetState();
    assert.deepEqual(model.predict(step).array(), first);
  });
}

test('resetState of a model reaches all nested layers', () => {
  const inner = stateful(new layers.LSTM({ units: 2, stateful: true }));
  const model = new Sequential([Input({ batchShape: [1, 1, 2] }), inner]);
  const first = model.predict(step).array();
  assert.notDeepEqual(model.predict(step).array(), first);
  model.resetStates();
  assert.deepEqual(model.predict(step).array(), first);
});

test('a Bidirectional that is not stateful has no state to reset', () => {
  const layer = new layers.Bidirectional({ layer: new layers.LSTM({ units: 3 }) });
  assertRaises(() => layer.resetState(), AttributeError, 'Layer must be stateful.');
  new layers.LSTM({ units: 3 }).resetState();
});
