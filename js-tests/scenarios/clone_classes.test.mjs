// Which custom classes and functions can be cloned, compared with Keras's answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  activations,
  clearSession,
  cloneModel,
  deserializeKerasObject,
  enableUnsafeDeserialization,
  Functional,
  Input,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
  tensor,
} from '../support/keras.mjs';
import { answersOf, chain, classes, dense, names, raised, weights } from '../support/scenarios.mjs';

const keras = answersOf('clone_results');

const throughConfig = (model) => model.constructor.fromConfig(model.getConfig());

test.beforeEach(() => clearSession());

test('the clone of a class that extends Sequential is a plain Sequential', () => {
  class SS extends Sequential {
    static className = 'SS';
    constructor({ units = 5 } = {}) {
      super([Input({ shape: [3], name: 'x' }), dense(units, 'd')]);
    }
  }
  const model = new SS({ units: 5 });
  const clone = cloneModel(model);
  assert.equal(clone.constructor, Sequential);
  assert.deepEqual([clone.className, clone.name, weights(clone)], keras.sequential_subclass.clone);
  // Python refuses the keyword `name`; this constructor ignores its arguments.
  const refused = raised(() => SS.fromConfig(model.getConfig()));
  assert.equal(refused.kind, keras.sequential_subclass.from_config.kind);
  assert.match(refused.message, /^SS\b/);
});

test('a class that extends Model keeps its class when its constructor accepts a graph', () => {
  class Bare extends Model {
    static className = 'Bare';
  }
  class Named extends Model {
    static className = 'Named';
    constructor({ inputs, outputs, name = null }) {
      super({ inputs, outputs, name });
    }
  }
  class Extra extends Model {
    static className = 'Extra';
    constructor({ extra = 1, ...options }) {
      super(options);
      this.extra = extra;
    }
    getConfig() {
      return { ...super.getConfig(), extra: this.extra };
    }
  }
  class Own extends Model {
    static className = 'Own';
    constructor({ units = 2, name = null } = {}) {
      const inputs = Input({ shape: [3], name: 'x' });
      super({ inputs, outputs: dense(units, 'd').apply(inputs), name });
      this.units = units;
    }
    getConfig() {
      return { units: this.units, name: this.name };
    }
  }
  const inputs = Input({ shape: [3], name: 'x' });
  const outputs = dense(2, 'd').apply(inputs);
  const graph = { inputs, outputs, name: 'm' };
  const summaryOf = (model) => {
    assert.ok(model instanceof Functional);
    return [model.className, model.name, names(model)];
  };
  const extra = new Extra({ ...graph, extra: 5 });
  const own = new Own({ units: 4, name: 'm' });
  assert.deepEqual(
    summaryOf(cloneModel(new Bare(graph))),
    keras.functional_subclasses['without constructor'],
  );
  // Python refuses the extra keyword `trainable`; JavaScript ignores it.
  const named = new Named(graph);
  assert.deepEqual(
    summaryOf(cloneModel(named)),
    keras.functional_subclasses['inputs, outputs, name'][0],
  );
  assert.deepEqual(
    summaryOf(throughConfig(named)),
    keras.functional_subclasses['inputs, outputs, name'][0],
  );
  assert.deepEqual(
    [summaryOf(cloneModel(extra)), cloneModel(extra).extra, throughConfig(extra).extra],
    keras.functional_subclasses.rest,
  );
  assert.deepEqual(
    [summaryOf(cloneModel(own)), summaryOf(throughConfig(own))],
    keras.functional_subclasses.own,
  );
});

test('a class without getConfig is cloned with the defaults of its constructor', () => {
  class Counted extends Model {
    static className = 'Counted';
    constructor({ n = 2, ...options } = {}) {
      super(options);
      this.n = n;
      this.dense = dense(n);
    }
    call(x) {
      return this.dense.apply(x);
    }
  }
  class Required extends Counted {
    static className = 'Required';
    constructor({ n, ...options }) {
      if (n === undefined) throw new TypeError('n is required');
      super({ n, ...options });
    }
  }
  assert.equal(cloneModel(new Counted({ n: 5 })).n, keras.plain_subclasses.default);
  const { kind, message } = raised(() => cloneModel(new Required({ n: 5 })));
  assert.equal(kind, keras.plain_subclasses.required.kind);
  const [sentences] = keras.plain_subclasses.required.message.trim().split('\n\n');
  assert.ok(message.startsWith(sentences.replaceAll('\n', ' ')), message);
});

const pythonLambda = (name) => ({
  module: 'keras.layers',
  class_name: 'Lambda',
  config: {
    name,
    trainable: true,
    function: {
      class_name: '__lambda__',
      config: { code: '4w==', defaults: null, closure: null },
    },
    arguments: {},
  },
  registered_name: null,
});

test('a Lambda can be cloned if its function can be found by name', () => {
  const cloneOf = (layer) => cloneModel(chain([layer]));
  const lambda = (f) => new layers.Lambda({ function: f, name: 'l', outputShape: [3] });
  const python = deserializeKerasObject(
    { ...pythonLambda('l'), config: { ...pythonLambda('l').config, output_shape: [3] } },
    { safeMode: false },
  );
  assert.deepEqual(
    raised(() => cloneOf(python)),
    keras.functions_in_lambda_layers.lambda,
  );
  assert.deepEqual(
    cloneOf(lambda(activations.relu)).layers[1].getConfig().function,
    keras.functions_in_lambda_layers.relu,
  );
  const square = raised(() => cloneOf(lambda(ops.square)));
  assert.equal(square.kind, keras.functions_in_lambda_layers.square.kind);
  assert.ok(
    square.message.startsWith(keras.functions_in_lambda_layers.square.message),
    square.message,
  );
  enableUnsafeDeserialization();
  assert.deepEqual(names(cloneOf(python)), keras.functions_in_lambda_layers['unsafe lambda']);
});

test('a Dense with a custom function or array cannot be cloned', () => {
  const model = (options) => chain([dense(2, 'd', options)]);
  const arrow = model({ activation: (x) => ops.multiply(x, 2) });
  // Python writes a lambda that cannot be read again; in JavaScript it has a name, possibly an empty one.
  const refused = raised(() => cloneModel(arrow));
  assert.equal(refused.kind, keras.functions_in_dense_layers['activation clone'].kind);
  const array = model({
    kernelInitializer: tensor([
      [1, 1],
      [1, 1],
      [1, 1],
    ]),
  });
  assert.deepEqual(
    array.layers[1].getConfig().kernel_initializer,
    keras.functions_in_dense_layers.initializer,
  );
  assert.deepEqual(
    raised(() => cloneModel(array)),
    keras.functions_in_dense_layers['initializer clone'],
  );
});

test('an unregistered class is found as a layer, but not inside a wrapper', () => {
  class Twice extends Layer {
    static className = 'Twice';
    call(x) {
      return ops.multiply(x, 2);
    }
    getConfig() {
      return { ...super.getConfig() };
    }
  }
  const twice = () => new Twice({ name: 'twice' });
  const wrapped = chain([new layers.TimeDistributed({ layer: twice(), name: 'td' })], {
    shape: [4, 3],
  });
  assert.deepEqual(classes(cloneModel(chain([twice()]))), keras.unregistered_layer_class.alone);
  const refused = raised(() => cloneModel(wrapped));
  assert.equal(refused.kind, keras.unregistered_layer_class.wrapped.kind);
  const sentence = /^Could not locate class 'Twice'\. .* before trying to load them\./;
  assert.equal(
    sentence.exec(refused.message)?.[0],
    sentence.exec(keras.unregistered_layer_class.wrapped.message)[0],
  );
});
