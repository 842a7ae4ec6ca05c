// diffModels, as text and as data.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  diffModels,
  Input,
  KerasTypeError,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
} from '../support/keras.mjs';

function classifier() {
  const inputs = Input({ shape: [4], name: 'x' });
  const hidden = new layers.Dense({ units: 3, activation: 'relu', name: 'hidden' }).apply(inputs);
  const dropped = new layers.Dropout({ rate: 0.5, name: 'drop' }).apply(hidden);
  return new Model({
    inputs,
    outputs: new layers.Dense({ units: 2, name: 'head' }).apply(dropped),
    name: 'classifier',
  });
}

function copyOf(model, options) {
  const copy = cloneModel(model, options);
  copy.setWeights(model.getWeights());
  return copy;
}

test('a model does not differ from its copy with weights', () => {
  const model = classifier();
  const diff = diffModels(model, copyOf(model));
  assert.equal(diff.equal, true);
  assert.deepEqual(diff.layers, []);
  assert.equal(
    String(diff),
    'classifier (Functional) -> classifier (Functional)\nNo differences (4 layers the same, 4 weights with the same bits)',
  );
});

test('the text has a line for each layer that differs, and one for each difference in it', () => {
  const model = classifier();
  const clone = copyOf(model, {
    cloneFunction(layer) {
      const config = layer.getConfig();
      if (layer.name === 'hidden') config.activation = 'gelu';
      if (layer.name === 'head') config.name = 'logits';
      return layer.constructor.fromConfig(config);
    },
    callFunction: (layer, x) => (layer instanceof layers.Dropout ? x : layer.apply(x)),
  });
  clone.layers[1].weights[1].assign([0, 0.5, 0]);
  assert.equal(
    String(diffModels(model, clone)),
    `classifier (Functional) -> classifier (Functional)
~ hidden (Dense)
    activation: "relu" -> "gelu"
    bias: float32 (3), differs by up to 0.5
- drop (Dropout), took hidden
~ logits (Dense), was head
    takes drop -> hidden
= 1 layer the same, 3 weights with the same bits`,
  );
});

test('the data is plain and survives JSON', () => {
  const model = classifier();
  const clone = copyOf(model, {
    cloneFunction: (layer) =>
      layer.name === 'drop' ? new layers.GaussianNoise({ stddev: 0.1, name: 'drop' }) : layer,
  });
  const diff = diffModels(model, clone);
  assert.deepEqual(JSON.parse(JSON.stringify(diff)), {
    equal: false,
    from: { name: 'classifier', className: 'Functional' },
    to: { name: 'classifier', className: 'Functional' },
    model: { config: [], weights: [] },
    layers: [
      {
        kind: 'changed',
        layer: 'drop',
        className: 'GaussianNoise',
        config: [
          { key: 'class_name', from: 'Dropout', to: 'GaussianNoise' },
          { key: 'rate', from: 0.5 },
          { key: 'noise_shape', from: null },
          { key: 'stddev', to: 0.1 },
        ],
        weights: [],
      },
    ],
    sameLayers: 3,
    sameWeights: 4,
  });
  assert.match(String(diff), /^~ drop \(Dropout -> GaussianNoise\)\n {4}rate: 0.5 -> \(none\)$/m);
});

test('added, removed, changed, renamed and rewired layers and weights are listed separately', () => {
  const model = classifier();
  const clone = cloneModel(model, {
    callFunction(layer, x) {
      const y = layer.apply(x);
      return layer.name === 'hidden' ? new layers.ReLU({ name: 'extra' }).apply(y) : y;
    },
  });
  const diff = diffModels(model, clone);
  const names = (rows) => rows.map(({ layer }) => layer);
  assert.deepEqual(names(diff.added), ['extra']);
  assert.deepEqual(diff.added[0].inputs, { to: [['hidden']] });
  assert.deepEqual(names(diff.removed), []);
  assert.deepEqual(names(diff.rewired), ['drop']);
  assert.deepEqual(diff.rewired[0].inputs, { from: [['hidden']], to: [['extra']] });
  assert.deepEqual(names(diff.changed), ['hidden', 'drop', 'head']);
  assert.deepEqual(names(diff.renamed), []);
  assert.deepEqual(
    diff.weights.map(({ layer, weight }) => `${layer}/${weight}`),
    ['hidden/kernel', 'head/kernel'],
  );
});

test('without weights, only structure and configs are compared', () => {
  const model = classifier();
  const diff = diffModels(model, cloneModel(model), { weights: false });
  assert.equal(diff.equal, true);
  assert.equal(diff.sameWeights, null);
  assert.match(String(diff), /weights were not compared/);
});

test('layers of nested models are named by their path', () => {
  const outer = (units) => {
    const inner = new Sequential([Input({ shape: [4] }), new layers.Dense({ units, name: 'd' })], {
      name: 'inner',
    });
    const x = Input({ shape: [4], name: 'x' });
    return new Model({ inputs: x, outputs: inner.apply(x), name: 'outer' });
  };
  const [change] = diffModels(outer(3), outer(5), { weights: false }).changed.filter(
    ({ className }) => className === 'Dense',
  );
  assert.equal(change.layer, 'inner/d');
  assert.deepEqual(change.config, [{ key: 'units', from: 3, to: 5 }]);
});

test('operations are compared with their constant arguments', () => {
  const model = (factor) => {
    const x = Input({ shape: [4], name: 'x' });
    return new Model({ inputs: x, outputs: ops.multiply(x, factor), name: 'm' });
  };
  const diff = diffModels(model(2), model(3));
  assert.equal(diff.layers.length, 1);
  assert.deepEqual(diff.layers[0].config, [{ key: 'calls[0].args[1]', from: 2, to: 3 }]);
});

test('JavaScript classes are compared by their getConfig, or without configs', () => {
  class Scale extends Layer {
    static className = 'Scale';
    constructor({ factor = 2, ...options } = {}) {
      super(options);
      this.factor = factor;
    }
    call(x) {
      return ops.multiply(x, this.factor);
    }
    getConfig() {
      return { ...super.getConfig(), factor: this.factor };
    }
  }
  const model = (factor) =>
    new Sequential([Input({ shape: [2], name: 'x' }), new Scale({ factor, name: 'scale' })], {
      name: 's',
    });
  assert.deepEqual(diffModels(model(2), model(3)).layers[0].config, [
    { key: 'factor', from: 2, to: 3 },
  ]);
});

test('subclassed models are compared by layers, weights and their config', () => {
  class Classifier extends Model {
    static className = 'Classifier';
    constructor({ units = 2, ...options } = {}) {
      super(options);
      this.units = units;
      this.dense = new layers.Dense({ units, name: 'dense' });
    }
    call(x) {
      return this.dense.apply(x);
    }
    getConfig() {
      return { ...super.getConfig(), units: this.units };
    }
  }
  const diff = diffModels(
    new Classifier({ units: 2, name: 'a' }),
    new Classifier({ units: 3, name: 'a' }),
  );
  assert.deepEqual(diff.model.config, [{ key: 'units', from: 2, to: 3 }]);
  assert.deepEqual(
    diff.changed.map(({ layer, config }) => [layer, config[0].key]),
    [['dense', 'units']],
  );
});

test('only models are compared', () => {
  assertRaises(
    () => diffModels(classifier(), new layers.Dense({ units: 1 })),
    KerasTypeError,
    'diffModels() compares models. Received: an instance of Dense',
  );
});
