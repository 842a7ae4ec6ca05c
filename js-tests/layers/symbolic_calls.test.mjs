// Calls on KerasTensors: which user code they run, and what they leave behind.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  deserializeKerasObject,
  Functional,
  Input,
  kwargs,
  Layer,
  layers,
  Model,
  ops,
  random,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const { Dense } = layers;
const x = tensor([[1, 2, 3]]);

function functional(layer, shape = [3]) {
  const inputs = Input({ shape });
  return new Model({ inputs, outputs: layer.apply(inputs) });
}

// --- Graphs built inside a call ---

const graphsInside = {
  'a Sequential without an Input': () => {
    const model = new Sequential([new Dense({ units: 4 }), new Dense({ units: 2 })]);
    return (inputs) => model.apply(inputs);
  },
  'a Functional built by the first call': () => {
    let model;
    return (inputs) => {
      if (!model) {
        const inner = Input({ shape: inputs.shape.slice(1) });
        model = new Model({ inputs: inner, outputs: new Dense({ units: 2 }).apply(inner) });
      }
      return model.apply(inputs);
    };
  },
  'a clone made by the first call': () => {
    const original = functional(new Dense({ units: 2 }));
    let clone;
    return (inputs) => (clone ??= cloneModel(original)).apply(inputs);
  },
  'a nested Sequential': () => {
    const model = new Sequential([
      new Sequential([new Dense({ units: 4 })]),
      new Dense({ units: 2 }),
    ]);
    return (inputs) => model.apply(inputs);
  },
};

for (const [what, make] of Object.entries(graphsInside)) {
  test(`a custom layer and a subclassed model may contain ${what}`, () => {
    for (const Base of [Layer, Model]) {
      class Holder extends Base {
        static className = 'Holder';
        inner = make();
        call(inputs) {
          return this.inner(inputs);
        }
      }
      const holder = new Holder();
      const model = functional(holder);
      assert.deepEqual(model.outputShape, [null, 2]);
      assertClose(model.predict(x).array(), holder.apply(x).array());
    }
  });
}

test('a graph built inside a call belongs to its own model', () => {
  let graph;
  class Holder extends Layer {
    static className = 'Holder';
    call(inputs) {
      const inner = Input({ shape: [3], name: 'inner' });
      graph = new Model({
        inputs: inner,
        outputs: ops.add(new Dense({ units: 2 }).apply(inner), 1),
      });
      return graph.apply(inputs);
    }
  }
  functional(new Holder());
  assert.ok(graph instanceof Functional);
  assert.deepEqual(
    graph.operations.map(({ className }) => className),
    ['InputLayer', 'Dense', 'Add'],
  );
});

test('a call may predict with another model on its own data while shapes are inferred', () => {
  const scorer = new Sequential([
    Input({ shape: [3] }),
    new Dense({ units: 1, kernelInitializer: 'ones' }),
  ]);
  class Scored extends Layer {
    static className = 'Scored';
    call(inputs) {
      return ops.multiply(inputs, scorer.predict(x).array()[0][0]);
    }
  }
  assertClose(functional(new Scored()).predict(x).array(), [[6, 12, 18]]);
});

test("layers built by the first call have their owner's path", () => {
  class Block extends Layer {
    static className = 'Block';
    constructor(options) {
      super(options);
      this.inner = new Dense({ units: 2, name: 'inner' });
    }
    call(inputs) {
      return this.inner.apply(inputs);
    }
  }
  const [eager, symbolic, built] = ['eager', 'symbolic', 'built'].map(
    (name) => new Block({ name }),
  );
  eager.apply(x);
  functional(symbolic);
  built.build([null, 3]);
  for (const block of [eager, symbolic, built])
    assert.equal(block.weights[0].path, `${block.name}/inner/kernel`);
});

test("a weight made by the first call has its layer's path", () => {
  class Late extends Layer {
    static className = 'Late';
    call(inputs) {
      this.w ??= this.addWeight({ name: 'w', shape: [3] });
      return ops.multiply(inputs, this.w);
    }
  }
  const [eager, symbolic] = ['eager', 'symbolic'].map((name) => new Late({ name }));
  eager.apply(x);
  functional(symbolic);
  for (const layer of [eager, symbolic]) assert.equal(layer.weights[0].path, `${layer.name}/w`);
});

// --- State ---

test('inferring shapes advances no seed generator, and each prediction draws once', () => {
  let calls = 0;
  class Noise extends Layer {
    static className = 'Noise';
    constructor(options) {
      super(options);
      this.generator = new random.SeedGenerator({ seed: 1337 });
    }
    call(inputs) {
      ++calls;
      return random.normal(ops.shape(inputs), { seed: this.generator });
    }
  }
  const expected = new random.SeedGenerator({ seed: 1337 });
  const next = () => random.normal([1, 3], { seed: expected }).array();
  const model = functional(new Noise());
  for (let i = 0; i < 3; ++i) assertClose(model.predict(x).array(), next());
  calls = 0;
  assertClose(model.predict(x).array(), next());
  assert.equal(calls, 1);
  const fresh = new random.SeedGenerator({ seed: 1337 });
  assertClose(cloneModel(model).predict(x).array(), random.normal([1, 3], { seed: fresh }).array());
});

test('a variable that a call assigns keeps its value while shapes are inferred', () => {
  class Counter extends Layer {
    static className = 'Counter';
    build() {
      this.count = this.addWeight({ shape: [], initializer: 'zeros', trainable: false });
      this.total = this.addWeight({ shape: [3], initializer: 'zeros', trainable: false });
    }
    call(inputs) {
      this.count.assign(ops.add(this.count, 1));
      this.total.assign(ops.add(this.total, ops.sum(inputs, 0)));
      return ops.multiply(inputs, this.count);
    }
  }
  const counter = new Counter();
  const model = functional(counter);
  assert.equal(counter.count.value().array(), 0);
  assertClose(model.predict(x).array(), [[1, 2, 3]]);
  assertClose(counter.apply(x).array(), [[2, 4, 6]]);
  assert.deepEqual(counter.total.value().array(), [2, 4, 6]);
});

// --- Errors ---

/** A layer whose call throws a new error each time, and the errors. */
function failing(fails = () => true) {
  const thrown = [];
  class Failing extends Layer {
    static className = 'Failing';
    call(inputs) {
      if (!fails(inputs)) return inputs;
      thrown.push(new Error(`failure ${thrown.length + 1}`));
      throw thrown.at(-1);
    }
  }
  return { Failing, thrown };
}

const first = (thrown) => (error) => error === thrown[0] && thrown.length === 1;

test('failing user code runs once, and its error is raised', () => {
  const cases = {
    'an eager call': ({ Failing }) => new Failing().apply(x),
    'a symbolic call': ({ Failing }) => functional(new Failing()),
    'a Sequential': ({ Failing }) => new Sequential([Input({ shape: [3] }), new Failing()]),
    'a subclassed model': ({ Failing }) => {
      class Whole extends Model {
        static className = 'Whole';
        inner = new Failing();
        call(inputs) {
          return this.inner.apply(inputs);
        }
      }
      new Whole().predict(x);
    },
    'the config of a Sequential': ({ Failing }) => {
      const layer = (name, config) => ({
        module: 'm',
        class_name: name,
        config,
        registered_name: name,
      });
      const input = { batch_shape: [null, 3], dtype: 'float32', sparse: false, name: 'i' };
      const entries = [
        { ...layer('InputLayer', input), module: 'keras.layers', registered_name: null },
        layer('Failing', { name: 'f', trainable: true, dtype: 'float32' }),
      ];
      Sequential.fromConfig({ name: 's', trainable: true, layers: entries }, { Failing });
    },
    'a hook of a clone': ({ Failing }) => {
      const model = new Sequential([Input({ shape: [3] }), new Dense({ units: 3 })]);
      cloneModel(model, { cloneFunction: () => new Failing() });
    },
  };
  for (const [what, body] of Object.entries(cases)) {
    const made = failing();
    assert.throws(() => body(made), first(made.thrown), what);
  }
});

test("a failure while a hook's error is explained does not replace that error", () => {
  let made = 0;
  class Broken extends Layer {
    static className = 'Broken';
    call(inputs) {
      return inputs;
    }
    getConfig() {
      if (made++ > 0) throw new Error('another');
      return super.getConfig();
    }
  }
  const model = functional(new Broken());
  const error = new ValueError('of the hook');
  const cloneFunction = (layer) => {
    layer.getConfig();
    throw error;
  };
  assert.throws(
    () => cloneModel(model, { cloneFunction }),
    (raised) => raised === error,
  );
});

test('an error caused only by data of another size is raised unchanged by the prediction', () => {
  const { Failing, thrown } = failing((inputs) => inputs.shape[0] === 2);
  const model = functional(new Failing());
  assert.deepEqual(model.predict(x).array(), [[1, 2, 3]]);
  assert.throws(
    () =>
      model.predict(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    first(thrown),
  );
});

test('a call that reads its data is predicted without a plan', () => {
  class Looking extends Layer {
    static className = 'Looking';
    call(inputs) {
      return ops.multiply(inputs, inputs.array()[0][0]);
    }
    computeOutputShape(shape) {
      return shape;
    }
  }
  const model = functional(new Looking());
  assertClose(model.predict(tensor([[2, 3, 4]])).array(), [[4, 6, 8]]);
});

test("the error of a Sequential's layer names its position in the config", () => {
  const { config } = JSON.parse(
    new Sequential([
      Input({ shape: [3] }),
      new Dense({ units: 2 }),
      new Dense({ units: 2 }),
    ]).toJson(),
  );
  config.layers[2] = {
    ...config.layers[2],
    class_name: 'Conv1D',
    config: { name: 'c', filters: 1, kernel_size: 2 },
  };
  const raised = assertRaises(() => Sequential.fromConfig(config), ValueError);
  assert.match(raised.path, /^layers\[2\]/);
});

// --- Shapes passed by keyword ---

test('shapes in a build_config reach the parameters with their names', () => {
  class Cross extends Layer {
    static className = 'Cross';
    build(xShape, contextShape) {
      this.shapes = [xShape, contextShape];
    }
    call(inputs, { context }) {
      return ops.add(inputs, ops.mean(context));
    }
  }
  const record = {
    module: 'm',
    class_name: 'Cross',
    config: { name: 'c', trainable: true, dtype: 'float32' },
    registered_name: 'Cross',
    build_config: { shapes_dict: { context_shape: [null, 5, 7], x_shape: [null, 3, 4] } },
  };
  const layer = deserializeKerasObject(record, { customObjects: { Cross } });
  assert.deepEqual(layer.shapes, [
    [null, 3, 4],
    [null, 5, 7],
  ]);
});

test('without a build method, inner layers get the shapes by keyword names', () => {
  class Cross extends Layer {
    static className = 'Cross';
    constructor(options) {
      super(options);
      this.q = new Dense({ units: 4 });
      this.k = new Dense({ units: 4 });
    }
    call(inputs, { hidden, context }) {
      return ops.matmul(this.q.apply(inputs), ops.transpose(this.k.apply(context), [0, 2, 1]));
    }
  }
  const record = {
    module: 'm',
    class_name: 'Cross',
    config: { name: 'c', trainable: true, dtype: 'float32' },
    registered_name: 'Cross',
    build_config: {
      shapes_dict: {
        inputs_shape: [null, 3, 4],
        context_shape: [null, 5, 7],
        hidden_shape: [null, 5],
      },
    },
  };
  const layer = deserializeKerasObject(record, { customObjects: { Cross } });
  assert.deepEqual(layer.k.weights[0].shape, [7, 4]);
  const [a, context] = [ops.ones([1, 3, 4]), ops.ones([1, 5, 7])];
  assert.deepEqual(layer.apply(a, kwargs({ context })).shape, [1, 3, 5]);
});
