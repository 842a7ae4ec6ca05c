// Scenarios B4, own classes and functions: which of them a clone can make again, as Keras answers.
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

const keras = answersOf('b4');

const throughConfig = (model) => model.constructor.fromConfig(model.getConfig());

test.beforeEach(() => clearSession());

test('B4.61 the clone of a class that extends Sequential is a plain Sequential', () => {
  class SS extends Sequential {
    static className = 'SS';
    constructor({ units = 5 } = {}) {
      super([Input({ shape: [3], name: 'x' }), dense(units, 'd')]);
    }
  }
  const model = new SS({ units: 5 });
  const clone = cloneModel(model);
  assert.equal(clone.constructor, Sequential);
  assert.deepEqual([clone.className, clone.name, weights(clone)], keras[61].clone);
  // Python refuses the keyword `name`; here the constructor does not look at what it is given.
  const refused = raised(() => SS.fromConfig(model.getConfig()));
  assert.equal(refused.kind, keras[61].from_config.kind);
  assert.match(refused.message, /^SS\b/);
});

test('B4.62 a class that extends Model is made again when its constructor takes a graph', () => {
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
  const told = (model) => {
    assert.ok(model instanceof Functional);
    return [model.className, model.name, names(model)];
  };
  const extra = new Extra({ ...graph, extra: 5 });
  const own = new Own({ units: 4, name: 'm' });
  assert.deepEqual(told(cloneModel(new Bare(graph))), keras[62]['without constructor']);
  // In Python `trainable` in the config is one keyword too many; JavaScript does not mind.
  const named = new Named(graph);
  assert.deepEqual(told(cloneModel(named)), keras[62]['inputs, outputs, name'][0]);
  assert.deepEqual(told(throughConfig(named)), keras[62]['inputs, outputs, name'][0]);
  assert.deepEqual(
    [told(cloneModel(extra)), cloneModel(extra).extra, throughConfig(extra).extra],
    keras[62].rest,
  );
  assert.deepEqual([told(cloneModel(own)), told(throughConfig(own))], keras[62].own);
});

test('B4.63 a class without getConfig is cloned with the defaults of its constructor', () => {
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
  assert.equal(cloneModel(new Counted({ n: 5 })).n, keras[63].default);
  const { kind, message } = raised(() => cloneModel(new Required({ n: 5 })));
  assert.equal(kind, keras[63].required.kind);
  const [sentences] = keras[63].required.message.trim().split('\n\n');
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

test('B4.67 a Lambda is cloned when its function can be found again', () => {
  const cloneOf = (layer) => cloneModel(chain([layer]));
  const lambda = (f) => new layers.Lambda({ function: f, name: 'l', outputShape: [3] });
  const python = deserializeKerasObject(
    { ...pythonLambda('l'), config: { ...pythonLambda('l').config, output_shape: [3] } },
    { safeMode: false },
  );
  assert.deepEqual(
    raised(() => cloneOf(python)),
    keras[67].lambda,
  );
  assert.deepEqual(
    cloneOf(lambda(activations.relu)).layers[1].getConfig().function,
    keras[67].relu,
  );
  const square = raised(() => cloneOf(lambda(ops.square)));
  assert.equal(square.kind, keras[67].square.kind);
  assert.ok(square.message.startsWith(keras[67].square.message), square.message);
  enableUnsafeDeserialization();
  assert.deepEqual(names(cloneOf(python)), keras[67]['unsafe lambda']);
});

test('B4.68 a Dense with a function or an array of its own is not cloned', () => {
  const model = (options) => chain([dense(2, 'd', options)]);
  const arrow = model({ activation: (x) => ops.multiply(x, 2) });
  // Python writes a lambda so that nothing can read it again; here it has a name, if only an empty one.
  const refused = raised(() => cloneModel(arrow));
  assert.equal(refused.kind, keras[68]['activation clone'].kind);
  const array = model({
    kernelInitializer: tensor([
      [1, 1],
      [1, 1],
      [1, 1],
    ]),
  });
  assert.deepEqual(array.layers[1].getConfig().kernel_initializer, keras[68].initializer);
  assert.deepEqual(
    raised(() => cloneModel(array)),
    keras[68]['initializer clone'],
  );
});

test('B4.69 a class that was not registered is found as a layer, but not inside of a wrapper', () => {
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
  assert.deepEqual(classes(cloneModel(chain([twice()]))), keras[69].alone);
  const refused = raised(() => cloneModel(wrapped));
  assert.equal(refused.kind, keras[69].wrapped.kind);
  const sentence = /^Could not locate class 'Twice'\. .* before trying to load them\./;
  assert.equal(sentence.exec(refused.message)?.[0], sentence.exec(keras[69].wrapped.message)[0]);
});
