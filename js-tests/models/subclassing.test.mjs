// Classes that extend built-in layers and models.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  AttributeError,
  cloneModel,
  Functional,
  Input,
  layers,
  Model,
  modelFromJson,
  NotImplementedError,
  ops,
  Sequential,
  tensor,
} from '../support/keras.mjs';

const data = tensor([[1, 2, 3]]);

class Doubled extends layers.Dense {
  static className = 'Doubled';
  call(x) {
    return ops.multiply(super.call(x), 2);
  }
}

test('a class may extend a built-in layer and call its methods', () => {
  const layer = new Doubled({ units: 2, kernelInitializer: 'ones', name: 'd' });
  const model = new Sequential([Input({ shape: [3] }), layer]);
  assert.ok(layer instanceof layers.Dense);
  assert.deepEqual(model.predict(data).array(), [[12, 12]]);
  assert.deepEqual(
    layer.weights.map(({ path }) => path),
    new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2, name: 'd' })], {
      name: model.name,
    }).weights.map(({ path }) => path),
  );
  assert.equal(layer.getConfig().units, 2);
  assert.match(new Doubled({ units: 1 }).name, /^doubled/);
});

test('a class that extends a built-in layer is cloned as itself', () => {
  const model = new Sequential([Input({ shape: [3] }), new Doubled({ units: 2 })]);
  const clone = cloneModel(model);
  assert.ok(clone.layers[0] instanceof Doubled);
  clone.setWeights(model.getWeights());
  assertClose(clone.predict(data).array(), model.predict(data).array());
});

test('a class that overrides only getConfig computes as the built-in layer does', () => {
  class Noted extends layers.Dense {
    static className = 'Noted';
    constructor({ note = '', ...options }) {
      super(options);
      this.note = note;
    }
    getConfig() {
      return { ...super.getConfig(), note: this.note };
    }
  }
  const layer = new Noted({ units: 2, note: 'hello', kernelInitializer: 'ones' });
  const x = Input({ shape: [3] });
  const model = new Model({ inputs: x, outputs: layer.apply(x) });
  assert.deepEqual(model.predict(data).array(), [[6, 6]]);
  assert.equal(JSON.parse(model.toJson()).config.layers[1].config.note, 'hello');
  assert.equal(cloneModel(model).layers[1].note, 'hello');
});

class TwoLayers extends Model {
  static className = 'TwoLayers';
  constructor({ units = 2, ...options } = {}) {
    super(options);
    this.units = units;
    this.first = new layers.Dense({ units, activation: 'relu' });
    this.second = new layers.Dense({ units: 1 });
  }
  call(x, { training } = {}) {
    this.wasTraining = training;
    return this.second.apply(this.first.apply(x));
  }
  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}

test('a class with a call is a model', () => {
  const model = new TwoLayers({ units: 4, name: 'two' });
  assert.equal(model.name, 'two');
  assert.equal(model.built, false);
  assert.deepEqual(model.predict(data).shape, [1, 1]);
  assert.equal(model.layers.length, 2);
  assert.equal(model.layers[0], model.first);
  assert.equal(model.countParams(), 16 + 5);
  assert.equal(model.wasTraining, false);
  assert.match(model.summary({ printFn: null }), /Model: "two"/);
});

test('a subclassed model predicts the same with and without a plan', () => {
  const model = new TwoLayers();
  const many = tensor(
    new Float32Array(30).map((_, i) => i / 10),
    [10, 3],
  );
  assertClose(model.predict(many, { batchSize: 3 }).array(), model.apply(many).array());
});

test('a subclassed model can be a layer of another model', () => {
  const inner = new TwoLayers();
  const x = Input({ shape: [3] });
  const outer = new Model({ inputs: x, outputs: inner.apply(x) });
  assert.equal(outer.layers[1], inner);
  assertClose(outer.predict(data).array(), inner.apply(data).array());
});

test('a subclassed model is cloned from its config, without hooks', () => {
  const model = new TwoLayers({ units: 3 });
  model.predict(data);
  assertRaises(
    () => cloneModel(model, { cloneFunction: (layer) => layer }),
    Error,
    'Arguments `clone_function` and `input_tensors` are only supported for Sequential models or Functional models.',
  );
  const copy = TwoLayers.fromConfig(model.getConfig());
  assert.equal(copy.units, 3);
});

test('a class may extend Model and pass its graph to super', () => {
  class Graph extends Model {
    static className = 'Graph';
    constructor({ inputs, outputs, tag = 'none', ...options }) {
      super({ inputs, outputs, ...options });
      this.tag = tag;
    }
    getConfig() {
      return { ...super.getConfig(), tag: this.tag };
    }
  }
  const x = Input({ shape: [3], name: 'x' });
  const outputs = new layers.Dense({ units: 1, name: 'd' }).apply(x);
  const model = new Graph({ inputs: x, outputs, name: 'g', tag: 'mine' });
  assert.ok(model instanceof Functional && model instanceof Graph);
  assert.deepEqual(model.predict(data).shape, [1, 1]);
  const copy = Graph.fromConfig(model.getConfig());
  assert.ok(copy instanceof Graph);
  assert.deepEqual(copy.getConfig(), model.getConfig());
  const revived = modelFromJson(model.toJson(), { customObjects: { Graph } });
  assert.equal(revived.tag, 'mine');
});

test('a class may extend Sequential', () => {
  class Stack extends Sequential {
    static className = 'Stack';
    sum() {
      return this.layers.length;
    }
  }
  const model = new Stack([Input({ shape: [3] }), new layers.Dense({ units: 2, name: 'a' })], {
    name: 's',
  });
  assert.equal(model.sum(), 1);
  assert.deepEqual(model.predict(data).shape, [1, 2]);
  const copy = Stack.fromConfig(model.getConfig());
  assert.ok(copy instanceof Stack);
  assert.deepEqual(copy.getConfig().layers, model.getConfig().layers);
});

test('a model without a call raises an error that says so', () => {
  class Empty extends Model {
    static className = 'Empty';
  }
  assertRaises(() => new Empty().predict(data), NotImplementedError, 'call()');
});

test('`layers` of a model cannot be assigned', () => {
  const model = new Sequential([Input({ shape: [3] })]);
  assertRaises(() => (model.layers = []), AttributeError, 'Use `add()` and `pop()`');
});
