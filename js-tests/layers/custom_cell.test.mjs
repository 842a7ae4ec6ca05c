// Cells written in JavaScript, in every way recurrent layers run their cells. The reference is Keras's own layers: the
// cell of the lab computes the same as a SimpleRNN without bias.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  customObjectScope,
  Input,
  KerasTypeError,
  kwargs,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { makeLab } from '../../tools/lib/lab.mjs';

const { MinimalCell } = makeLab();
const units = 3;

const sequences = tensor(
  Float32Array.from({ length: 40 }, (_, i) => Math.sin(1.7 * i)),
  [2, 5, 4],
);
const mask = tensor([1, 1, 0, 1, 0, 0, 1, 1, 1, 1], [2, 5], 'bool');
const state = tensor([0.1, -0.2, 0.3, 0.5, 0.4, -0.6], [2, 3]);

/** The layer with the JavaScript cell, and Keras's own layer with the same weights. */
function pair(options = {}) {
  const own = new layers.RNN({ cell: new MinimalCell({ units }), ...options });
  const keras = new layers.SimpleRNN({ units, useBias: false, ...options });
  for (const layer of [own, keras]) layer.build([2, 5, 4]);
  keras.setWeights(own.getWeights());
  return { own, keras };
}

const flat = (value) => [value].flat(Infinity).map((item) => item.array());

const settings = {
  'the last output': {},
  'all outputs': { returnSequences: true },
  'the state': { returnState: true },
  'all outputs and the state': { returnSequences: true, returnState: true },
  'outputs of a sequence read backwards': { goBackwards: true, returnSequences: true },
  'outputs of an unrolled loop': { unroll: true, returnSequences: true },
  'zeros as outputs of masked steps': { returnSequences: true, zeroOutputForMask: true },
};

for (const [what, options] of Object.entries(settings)) {
  test(`a JavaScript cell gives ${what}, with and without mask and initial state`, () => {
    for (const keywords of [
      {},
      { mask },
      { initialState: [state] },
      { mask, initialState: state },
    ]) {
      const { own, keras } = pair(options);
      const results = [own, keras].map((layer) => flat(layer.apply(sequences, kwargs(keywords))));
      results[0].forEach((value, i) => assertClose(value, results[1][i]));
      assert.equal(results[0].length, results[1].length);
    }
  });
}

test('a JavaScript cell computes the same eagerly and in a plan', () => {
  for (const options of Object.values(settings)) {
    const x = Input({ shape: [5, 4] });
    const y = new layers.Masking({ maskValue: 9 }).apply(x);
    const model = new Model({
      inputs: x,
      outputs: new layers.RNN({ cell: new MinimalCell({ units }), ...options }).apply(y),
    });
    const masked = sequences.array();
    masked[0][3] = [9, 9, 9, 9];
    const data = tensor(masked);
    const once = flat(model.apply(data));
    flat(model.predict(data)).forEach((value, i) => assertClose(value, once[i]));
    flat(model.predict(data)).forEach((value, i) => assertClose(value, once[i]));
  }
});

test('a stateful layer keeps the states of a JavaScript cell', () => {
  const { own, keras } = pair({ stateful: true });
  for (let call = 0; call < 3; ++call)
    assertClose(own.apply(sequences).array(), keras.apply(sequences).array());
});

test('JavaScript cells can be stacked with built-in cells', () => {
  const cell = [
    new layers.GRUCell({ units: 2 }),
    new MinimalCell({ units: 3 }),
    new layers.LSTMCell({ units: 4 }),
  ];
  const layer = new layers.RNN({ cell, returnState: true });
  const [output, ...states] = layer.apply(sequences);
  assert.deepEqual(output.shape, [2, 4]);
  assert.deepEqual(
    states.map((item) => [item].flat().map(({ shape }) => [...shape])),
    [
      [[2, 2]],
      [[2, 3]],
      [
        [2, 4],
        [2, 4],
      ],
    ],
  );
  const x = Input({ shape: [5, 4] });
  const model = new Model({ inputs: x, outputs: layer.apply(x) });
  assertClose(model.predict(sequences)[0].array(), output.array());
});

test('a Bidirectional makes two layers with separate cells', () => {
  customObjectScope({ MinimalCell }, () => {
    const layer = new layers.Bidirectional({
      layer: new layers.RNN({ cell: new MinimalCell({ units }), returnSequences: true }),
    });
    const keras = new layers.Bidirectional({
      layer: new layers.SimpleRNN({ units, useBias: false, returnSequences: true }),
    });
    for (const each of [layer, keras]) each.build([2, 5, 4]);
    keras.setWeights(layer.getWeights());
    assertClose(layer.apply(sequences).array(), keras.apply(sequences).array());
    assert.notEqual(layer.forwardLayer.cell, layer.backwardLayer.cell);
    assert.ok(layer.backwardLayer.cell instanceof MinimalCell);
  });
});

test("weights of a cell have Keras's paths", () => {
  const model = new Sequential(
    [
      Input({ shape: [5, 4] }),
      new layers.RNN({ cell: new MinimalCell({ units, name: 'mine' }), name: 'rnn' }),
    ],
    { name: 'stack' },
  );
  assert.deepEqual(
    model.weights.map(({ path }) => path),
    ['stack/rnn/mine/kernel', 'stack/rnn/mine/recurrent'],
  );
});

test('a clone makes a new cell of the same class', () => {
  customObjectScope({ MinimalCell }, () => {
    const model = new Sequential([
      Input({ shape: [5, 4] }),
      new layers.RNN({ cell: new MinimalCell({ units }) }),
    ]);
    const clone = cloneModel(model);
    const [made, original] = [clone, model].map(({ layers: [layer] }) => layer.cell);
    assert.ok(made instanceof MinimalCell);
    assert.notEqual(made, original);
    assert.equal(made.units, units);
  });
});

test('the cell receives the training argument', () => {
  const cell = new MinimalCell({ units });
  const layer = new layers.RNN({ cell });
  layer.apply(sequences, kwargs({ training: true }));
  assert.equal(cell.wasTraining, true);
  layer.apply(sequences, kwargs({ training: false }));
  assert.equal(cell.wasTraining, false);
});

// Two states of different sizes, an output of a third size, and an initial state that is not zero.
class TwoStates extends Layer {
  static className = 'TwoStates';
  stateSize = [2, 3];
  outputSize = 5;
  call(inputs, [a, b]) {
    const output = ops.concatenate([a, b], { axis: -1 });
    return [output, [ops.add(a, 1), ops.multiply(b, 2)]];
  }
  getInitialState(batchSize) {
    return [ops.zeros([batchSize, 2]), ops.ones([batchSize, 3])];
  }
}

test('a cell may state several states, an output size and an initial state', () => {
  const layer = new layers.RNN({ cell: new TwoStates(), returnState: true });
  const x = Input({ shape: [5, 4] });
  const symbolic = layer.apply(x);
  assert.deepEqual(
    symbolic.map(({ shape }) => [...shape]),
    [
      [null, 5],
      [null, 2],
      [null, 3],
    ],
  );
  const [output, a, b] = new Model({ inputs: x, outputs: symbolic }).predict(sequences);
  assert.deepEqual(output.array()[0], [4, 4, 16, 16, 16]);
  assert.deepEqual(
    [a.array()[0], b.array()[0]],
    [
      [5, 5],
      [32, 32, 32],
    ],
  );
});

test('a class may extend a built-in cell', () => {
  class Louder extends layers.SimpleRNNCell {
    static className = 'Louder';
    call(inputs, states, { training }) {
      const [output, next] = super.call(inputs, states, { training });
      return [ops.multiply(output, 2), next];
    }
  }
  const louder = new layers.RNN({ cell: new Louder({ units }) });
  const plain = new layers.SimpleRNN({ units });
  for (const layer of [louder, plain]) layer.build([2, 5, 4]);
  plain.setWeights(louder.getWeights());
  const twice = plain.apply(sequences).array();
  assertClose(
    louder.apply(sequences).array(),
    twice.map((row) => row.map((value) => 2 * value)),
  );
});

test('a class that extends LSTM works in a Bidirectional', () => {
  const { Noisy } = makeLab();
  customObjectScope({ Noisy }, () => {
    const own = new layers.Bidirectional({ layer: new Noisy({ units, note: 'hm' }) });
    const keras = new layers.Bidirectional({ layer: new layers.LSTM({ units }) });
    for (const layer of [own, keras]) layer.build([2, 5, 4]);
    keras.setWeights(own.getWeights());
    assertClose(own.apply(sequences).array(), keras.apply(sequences).array());
    assert.equal(own.backwardLayer.note, 'hm');
  });
});

test('a layer without a stateSize is not accepted as a cell', () => {
  class NoCell extends Layer {
    static className = 'NoCell';
    call(inputs, states) {
      return [inputs, states];
    }
  }
  assertRaises(
    () => new layers.RNN({ cell: new NoCell() }),
    ValueError,
    'The RNN cell should have a `state_size` attribute',
  );
  assertRaises(
    () => new layers.StackedRNNCells({ cells: [new NoCell()] }),
    ValueError,
    'All cells must have a `state_size` attribute',
  );
});

test('a cell that does not return its output and states raises an error that says so', () => {
  class Forgetful extends MinimalCell {
    static className = 'Forgetful';
    call(inputs, states) {
      return inputs;
    }
  }
  const layer = new layers.RNN({ cell: new Forgetful({ units, name: 'forgetful' }) });
  assertRaises(
    () => layer.apply(sequences),
    KerasTypeError,
    "The cell 'forgetful' must return its output and its new states",
  );
  class Odd extends MinimalCell {
    static className = 'Odd';
    constructor(options) {
      super(options);
      this.stateSize = 'many';
    }
  }
  assertRaises(
    () => new layers.RNN({ cell: new Odd({ units }) }).apply(sequences),
    ValueError,
    'state_size must be an integer',
  );
});

test("a cell whose call takes no states is refused with Keras's error", () => {
  class Stateless extends MinimalCell {
    static className = 'Stateless';
    call(inputs) {
      return [inputs, []];
    }
  }
  const layer = new layers.RNN({ cell: new Stateless({ units }) });
  assertRaises(() => layer.apply(sequences), KerasTypeError, 'too many positional arguments');
});

test('an error thrown by a cell reaches the caller unchanged', () => {
  const own = new RangeError('mine');
  class Broken extends MinimalCell {
    static className = 'Broken';
    call(inputs, states) {
      throw own;
    }
  }
  const layer = new layers.RNN({ cell: new Broken({ units }) });
  assert.throws(
    () => layer.apply(sequences),
    (error) => error === own,
  );
});
