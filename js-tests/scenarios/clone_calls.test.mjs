// callFunction: its arguments and results, and the cache of a clone, compared with Keras's answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  clearSession,
  cloneModel,
  Input,
  KerasTensor,
  Kwargs,
  kwargs,
  layers,
  Model,
  ops,
} from '../support/keras.mjs';
import {
  answersOf,
  chain,
  dense,
  history,
  names,
  raised,
  shapes,
  twoDense,
  weights,
} from '../support/scenarios.mjs';

const keras = answersOf('clone_hooks');

const called = (model, callFunction) => cloneModel(model, { callFunction });
const refusal = (model, callFunction) => raised(() => called(model, callFunction));

test.beforeEach(() => clearSession());

test('callFunction receives the recorded keywords', () => {
  const q = Input({ shape: [4, 3], name: 'q' });
  const attention = new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2, name: 'mha' });
  const y = new layers.Dropout({ rate: 0.5, name: 'drop' }).apply(
    attention.apply(q, kwargs({ value: q })),
  );
  const inner = chain([dense(2, 'd')], { shape: [4, 3], name: 'inner' });
  const model = new Model({ inputs: q, outputs: inner.apply(y) });
  const summaryOf = (value) => (value instanceof KerasTensor ? value.name : value);
  const calls = {};
  called(model, (layer, ...args) => {
    const last = args.at(-1);
    const keywords = Object.entries(last instanceof Kwargs ? last.values : {});
    calls[layer.name] = [
      args.length - (last instanceof Kwargs ? 1 : 0),
      Object.fromEntries(keywords.map(([key, value]) => [key, summaryOf(value)])),
    ];
    return layer.apply(...args);
  });
  assert.deepEqual(calls, keras.call_function_gets_recorded_keywords);
});

test('a callFunction that returns its input skips a layer', () => {
  const clone = called(twoDense(), (layer, ...args) =>
    layer.name === 'd' ? args[0] : layer.apply(...args),
  );
  assert.deepEqual(
    { layers: names(clone), weights: weights(clone) },
    keras.call_function_passes_by,
  );
});

test('additional outputs are ignored', () => {
  const clone = called(twoDense(), (layer, ...args) => {
    const y = layer.apply(...args);
    return layer.name === 'd' ? [y, ops.multiply(y, 2)] : y;
  });
  assert.deepEqual(
    { layers: names(clone), outputs: shapes(clone.outputs) },
    keras.call_function_returns_too_much,
  );
});

test('an output that callFunction omits must not be used', () => {
  const x = Input({ shape: [4, 3], name: 'x' });
  const [y, h] = new layers.LSTM({ units: 2, returnState: true, name: 'l' }).apply(x);
  const outputs = new layers.Add({ name: 'sum' }).apply([y, h]);
  const model = new Model({ inputs: x, outputs });
  const onlyFirst = (layer, ...args) => {
    const out = layer.apply(...args);
    return layer.name === 'l' ? out[0] : out;
  };
  assert.deepEqual(refusal(model, onlyFirst), keras.call_function_returns_too_little);
});

test('null is not accepted as an output', () => {
  const nullFor =
    (name) =>
    (layer, ...args) =>
      layer.name === name ? null : layer.apply(...args);
  assert.deepEqual(
    { middle: refusal(twoDense(), nullFor('d')), end: refusal(twoDense(), nullFor('e')) },
    keras.call_function_returns_none,
  );
});

test('a callFunction may drop keywords', () => {
  const drop = new layers.Dropout({ rate: 0.5, name: 'drop' });
  const model = chain([drop, new layers.BatchNormalization({ name: 'bn' })]);
  const clone = called(model, (layer, x) => layer.apply(x));
  const keywords = (name) =>
    [model, clone].map((each) => history(each.getConfig(), name)[0].kwargs);
  assert.deepEqual(
    { drop: keywords('drop'), bn: keywords('bn') },
    keras.call_function_drops_keywords,
  );
});

test('a callFunction may insert a layer before another', () => {
  const clone = called(twoDense(), (layer, x, ...rest) =>
    layer.apply(dense(5, `before_${layer.name}`).apply(x), ...rest),
  );
  assert.deepEqual(
    { layers: names(clone), weights: weights(clone) },
    keras.call_function_inserts_before,
  );
});

test('a cache provides replacements and collects new clones', () => {
  const model = twoDense();
  const other = dense(5, 'other');
  const given = new Map([[model.layers[1], other]]);
  const clone = cloneModel(model, { cache: given });
  const shared = new Map();
  const [first, second] = [0, 1].map(() => cloneModel(model, { cache: shared }));
  const inner = chain([dense(3, 'inside')], { name: 'inner' });
  const outer = chain([inner, dense(2, 'top')], { name: 'outer' });
  const nested = new Map();
  const deep = cloneModel(outer, { recursive: true, cache: nested });
  assert.deepEqual(
    {
      given: [names(clone), clone.layers[1] === other, weights(clone), given.size],
      shared: first.layers.map((layer, i) => layer === second.layers[i]),
      recursive: [
        nested.get(outer.layers[1]) === deep.layers[1],
        nested.get(inner.layers[1]) === deep.layers[1].layers[1],
        nested.size,
      ],
    },
    keras.cache,
  );
});

class TwoLayers extends Model {
  static className = 'TwoLayers';
  constructor({ units = 2, ...options } = {}) {
    super(options);
    this.units = units;
    this.first = dense(units);
    this.second = dense(1);
  }
  call(x) {
    return this.second.apply(this.first.apply(x));
  }
  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}

test('recursive and cache have no effect on a class that extends Model', () => {
  const model = new TwoLayers({ units: 4, name: 'two' });
  const cache = new Map();
  const clone = cloneModel(model, { recursive: true, cache });
  assert.deepEqual(
    {
      class: clone.className,
      units: clone.units,
      shared: clone.first === model.first,
      cached: cache.size,
    },
    keras.recursive_and_cache_on_a_subclass,
  );
});
