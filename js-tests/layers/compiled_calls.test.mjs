// Calls of layers written in JavaScript become part of the plan: predictions repeat their operations.
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeLab } from '../../tools/lib/lab.mjs';
import { assertRaises } from '../support/assertions.mjs';
import {
  DisposedError,
  Functional,
  Input,
  KerasTensor,
  kwargs,
  Layer,
  layers,
  Model,
  ops,
  random,
  Sequential,
  setWarningHandler,
  tensor,
} from '../support/keras.mjs';

const numbers = (shape, step = 1.7) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(step * i)),
    shape,
  );
};
const x = numbers([2, 4, 8]);
const bits = (value) => value.bytes();

/** A layer of `call` that counts its calls on anything but KerasTensors. */
function counted(call, { build, ...statics } = {}) {
  class Counted extends Layer {
    calls = 0;
    build(inputShape) {
      build?.(this, inputShape);
    }
    call(inputs, { training = null } = {}) {
      if (!(inputs instanceof KerasTensor)) this.calls += 1;
      return call(inputs, this, training);
    }
  }
  return Object.assign(Counted, statics);
}

function modelOf(layer, shape = [4, 8]) {
  const input = Input({ shape });
  return new Model({ inputs: input, outputs: layer.apply(input) });
}

/** What warnings `body` causes. */
function warnings(body) {
  const caught = [];
  const before = setWarningHandler((message) => caught.push(message));
  try {
    body();
  } finally {
    setWarningHandler(before);
  }
  return caught;
}

/** The number of calls in each of three predictions, which must all give `expected`. */
function callsOf(model, layer, expected) {
  return [0, 1, 2].map(() => {
    const before = layer.calls;
    assert.deepEqual(bits(model.predict(x)), bits(expected));
    return layer.calls - before;
  });
}

class FeedForward extends Layer {
  constructor(options) {
    super(options);
    this.calls = 0;
    this.expand = new layers.Dense({ units: 16, activation: 'gelu' });
    this.project = new layers.Dense({ units: 8 });
    this.norm = new layers.LayerNormalization();
  }
  call(inputs) {
    if (!(inputs instanceof KerasTensor)) this.calls += 1;
    const y = ops.add(this.project.apply(this.expand.apply(inputs)), inputs);
    return this.norm.apply(ops.multiply(y, ops.sigmoid(y)));
  }
}

test('later predictions repeat what a call did, and do not call it', () => {
  const layer = new FeedForward();
  const model = modelOf(layer);
  const expected = layer.apply(x);
  const [first, ...later] = callsOf(model, layer, expected);
  assert.ok(first > 0);
  assert.deepEqual(later, [0, 0]);
});

test('another input shape is traced on its own', () => {
  const layer = new FeedForward();
  const model = modelOf(layer);
  model.predict(x);
  const other = numbers([5, 4, 8], 0.3);
  const before = layer.calls;
  assert.deepEqual(bits(model.predict(other)), bits(layer.apply(other)));
  assert.ok(layer.calls > before);
});

test('assigned weights take effect', () => {
  const layer = new FeedForward();
  const model = modelOf(layer);
  const before = model.predict(x).array();
  layer.setWeights(layer.getWeights().map((weight) => ops.multiply(weight, 0.5)));
  assert.notDeepEqual(model.predict(x).array(), before);
  assert.deepEqual(bits(model.predict(x)), bits(layer.apply(x)));
});

test('a call that reads data runs every time, and a warning names its line', () => {
  const ReadsData = counted((inputs) => {
    const data = inputs instanceof KerasTensor ? null : inputs.data();
    return data
      ? tensor(
          data.map((each) => each * 2),
          inputs.shape,
        )
      : inputs;
  });
  const layer = new ReadsData({ name: 'reads_data' });
  const model = modelOf(layer);
  const caught = warnings(() => {
    const calls = callsOf(model, layer, ops.multiply(x, 2));
    assert.ok(
      calls.every((count) => count > 0),
      String(calls),
    );
  });
  assert.equal(caught.length, 1);
  assert.match(
    caught[0],
    /^'reads_data' is called in every prediction .*\(file:.*compiled_calls\.test\.mjs:\d+:\d+\)/,
  );
});

test('branching on a value is reading data', () => {
  const layer = new (counted((inputs) =>
    ops.cond(
      ops.greater(ops.mean(inputs), 0),
      () => inputs,
      () => ops.negative(inputs),
    ),
  ))();
  layer.build([2, 4, 8]);
  const model = new Sequential([layer]);
  warnings(() => {
    const up = ops.add(ops.abs(x), 1);
    assert.deepEqual(bits(model.predict(up)), bits(up));
    const down = ops.negative(up);
    assert.deepEqual(bits(model.predict(down)), bits(up));
  });
});

test('`static jit = false` asks for a call in every prediction, without a warning', () => {
  const layer = new (counted((inputs) => ops.multiply(inputs, 3), { jit: false }))();
  const model = modelOf(layer);
  const caught = warnings(() => {
    const calls = callsOf(model, layer, ops.multiply(x, 3));
    assert.ok(
      calls.every((count) => count > 0),
      String(calls),
    );
  });
  assert.deepEqual(caught, []);
});

test('random numbers are drawn anew, one draw a prediction', () => {
  const layer = new (counted((inputs, { seed }) =>
    ops.add(inputs, random.uniform([8], { seed })),
  ))();
  layer.seed = new random.SeedGenerator({ seed: 7 });
  const model = modelOf(layer);
  const reference = new random.SeedGenerator({ seed: 7 });
  const caught = warnings(() => {
    for (let i = 0; i < 3; ++i) {
      const expected = ops.add(x, random.uniform([8], { seed: reference }));
      assert.deepEqual(bits(model.predict(x)), bits(expected), `prediction ${i}`);
    }
  });
  assert.deepEqual(caught, []);
});

test('dropout in a call draws only when it trains', () => {
  const layer = new (counted((inputs, self, training) => {
    self.dropout ??= new layers.Dropout({ rate: 0.5, seed: 3 });
    return self.dropout.apply(inputs, kwargs({ training }));
  }))();
  const model = modelOf(layer);
  assert.deepEqual(callsOf(model, layer, x).slice(1), [0, 0]);
});

test('a variable that a call assigns changes once a prediction', () => {
  const layer = new (counted(
    (inputs, self) => {
      self.count.assign(ops.add(self.count.value(), 1));
      return ops.multiply(inputs, self.count);
    },
    {
      build: (self) => {
        self.count = self.addWeight({ name: 'count', shape: [], initializer: 'zeros' });
      },
    },
  ))();
  const model = modelOf(layer);
  for (const count of [1, 2, 3]) {
    assert.deepEqual(bits(model.predict(x)), bits(ops.multiply(x, count)));
    assert.equal(layer.count.value().array(), count);
  }
});

test('a tensor that a call keeps has data', () => {
  const layer = new (counted((inputs, self) => {
    const squares = ops.square(inputs);
    if (!(inputs instanceof KerasTensor)) self.kept = squares.keep();
    return ops.sqrt(squares);
  }))();
  const model = modelOf(layer);
  warnings(() => model.predict(x));
  assert.deepEqual(bits(layer.kept), bits(ops.square(x)));
});

test('a tensor that a call leaves behind without keep() is gone', () => {
  const layer = new (counted((inputs, self) => {
    self.left = ops.square(inputs);
    return ops.sqrt(self.left);
  }))();
  modelOf(layer).predict(x);
  assertRaises(() => layer.left.array(), DisposedError, /did not keep\(\) it/);
  assertRaises(() => ops.add(layer.left, 1), DisposedError, /did not keep\(\) it/);
});

test('an error of a call is the error of the prediction, and the model works afterwards', () => {
  let fails = true;
  const layer = new (counted((inputs) => {
    if (fails && !(inputs instanceof KerasTensor)) throw new RangeError('not today');
    return ops.add(inputs, 1);
  }))();
  const model = modelOf(layer);
  assertRaises(() => model.predict(x), RangeError, /not today/);
  fails = false;
  assert.deepEqual(bits(model.predict(x)), bits(ops.add(x, 1)));
});

test('calls inside calls are compiled, and an opaque one among them stays one', () => {
  const inner = new (counted((inputs) => ops.multiply(inputs, 5), { jit: false }))();
  const outer = new (counted((inputs) => ops.add(inner.apply(ops.abs(inputs)), 1)))();
  const model = modelOf(outer);
  const expected = ops.add(ops.multiply(ops.abs(x), 5), 1);
  assert.deepEqual(callsOf(model, outer, expected).slice(1), [0, 0]);
  assert.ok(callsOf(model, inner, expected).every((count) => count > 0));
});

test('masks pass through compiled calls', () => {
  class PassesMask extends Layer {
    static supportsMasking = true;
    call(inputs) {
      return ops.multiply(inputs, 2);
    }
  }
  const input = Input({ shape: [null], dtype: 'int32' });
  const embedded = new layers.Embedding({ inputDim: 9, outputDim: 3, maskZero: true }).apply(input);
  const lstm = new layers.LSTM({ units: 4 });
  const model = new Model({ inputs: input, outputs: lstm.apply(new PassesMask().apply(embedded)) });
  const ids = tensor(
    [
      [1, 2, 0, 0, 0],
      [3, 4, 5, 6, 7],
    ],
    null,
    'int32',
  );
  const short = model.predict(tensor([[1, 2]], null, 'int32'));
  const all = model.predict(ids);
  assert.deepEqual(all.array()[0], short.array()[0]);
});

test('a custom cell is compiled step by step', () => {
  const { MinimalCell } = makeLab();
  let calls = 0;
  class CountedCell extends MinimalCell {
    call(inputs, states) {
      calls += 1;
      return super.call(inputs, states);
    }
  }
  const rnn = new layers.RNN({ cell: new CountedCell({ units: 3 }), returnSequences: true });
  const model = modelOf(rnn);
  const expected = rnn.apply(x);
  model.predict(x);
  calls = 0;
  assert.deepEqual(bits(model.predict(x)), bits(expected));
  assert.equal(calls, 0);
});

test('the function of a Lambda is compiled', () => {
  let calls = 0;
  const lambda = new layers.Lambda({
    function: (inputs) => {
      calls += 1;
      return ops.tanh(ops.add(inputs, 1));
    },
  });
  const model = modelOf(lambda);
  model.predict(x);
  calls = 0;
  assert.deepEqual(bits(model.predict(x)), bits(ops.tanh(ops.add(x, 1))));
  assert.equal(calls, 0);
});

test('a subclassed model is compiled', () => {
  class TwoTowers extends Model {
    constructor() {
      super();
      this.calls = 0;
      this.left = new layers.Dense({ units: 3 });
      this.right = new layers.Dense({ units: 3 });
    }
    call(inputs) {
      this.calls += 1;
      return { sum: ops.add(this.left.apply(inputs), this.right.apply(inputs)) };
    }
  }
  const model = new TwoTowers();
  const expected = model.apply(x).sum;
  model.predict(x);
  model.calls = 0;
  assert.deepEqual(bits(model.predict(x).sum), bits(expected));
  assert.equal(model.calls, 0);
});

test('a call may compute with its weights in JavaScript', () => {
  const layer = new (counted(
    (inputs, self) => ops.multiply(inputs, Math.max(...self.scale.value().data())),
    {
      build: (self) => {
        self.scale = self.addWeight({ name: 'scale', shape: [2], initializer: 'ones' });
      },
    },
  ))();
  const model = modelOf(layer);
  assert.deepEqual(callsOf(model, layer, x).slice(1), [0, 0]);
  layer.scale.assign(tensor([1, 4]));
  assert.deepEqual(bits(model.predict(x)), bits(ops.multiply(x, 4)));
});

test('a call may return its inputs, constants, and structures of them', () => {
  const layer = new (counted((inputs) => ({
    same: inputs,
    list: [ops.add(inputs, 1), tensor([1, 2])],
  })))();
  const input = Input({ shape: [4, 8] });
  const { same, list } = layer.apply(input);
  const model = new Functional({ inputs: input, outputs: [same, ...list] });
  for (let i = 0; i < 2; ++i) {
    const [first, second, third] = model.predict(x);
    assert.deepEqual(bits(first), bits(x));
    assert.deepEqual(bits(second), bits(ops.add(x, 1)));
    assert.deepEqual(third.array(), [1, 2]);
  }
});

test('half precision is computed as in an eager call', () => {
  const layer = new FeedForward({ dtype: 'mixed_float16' });
  const model = modelOf(layer);
  const expected = layer.apply(x);
  assert.deepEqual(callsOf(model, layer, expected).slice(1), [0, 0]);
});
