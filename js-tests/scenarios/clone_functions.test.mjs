// cloneFunction: its results, and how it is called, compared with Keras's answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  activations,
  clearSession,
  cloneModel,
  initializers,
  Input,
  kwargs,
  layers,
  Model,
  ops,
  slice,
  tensor,
} from '../support/keras.mjs';
import {
  answersOf,
  chain,
  classes,
  dense,
  history,
  names,
  raised,
  revived,
  stack,
  twoDense,
  twoDenseStack,
  weights,
} from '../support/scenarios.mjs';

const keras = answersOf('clone_hooks');

const cloned = (model, cloneFunction) => cloneModel(model, { cloneFunction });
const refusal = (model, cloneFunction) => raised(() => cloned(model, cloneFunction));

test.beforeEach(() => clearSession());

test('cloneFunction receives the operations of a graph, but no InputLayer', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const hidden = dense(2, 'd').apply(ops.add(inputs, 1));
  const model = new Model({ inputs, outputs: ops.getItem(hidden, [slice(), 0]) });
  const seen = [];
  cloned(model, (layer) => {
    seen.push([layer.name, layer.className]);
    return revived(layer);
  });
  assert.deepEqual(seen, keras.clone_function_sees_operations);
});

test('the same layers may be in the clone: they get a second, renumbered call', () => {
  const model = twoDense();
  const clone = cloned(model, (layer) => layer);
  const config = clone.getConfig();
  const called = (layer) => (layer.output === clone.output ? 1 : 2);
  assert.deepEqual(
    {
      shared: model.layers.map((layer, i) => layer === clone.layers[i]),
      calls: [1, called(clone.layers[1]), called(clone.layers[2])],
      "output is the original's": [clone.layers[2].output === model.output],
      histories: ['d', 'e'].map((name) => history(config, name)[0].args[0].config.keras_history),
      output_layers: config.output_layers,
    },
    keras.identity_shares_layers,
  );
});

test('one layer may replace two: one entry with two calls, or twice in a Sequential', () => {
  const only = dense(3, 'only');
  const clone = cloned(chain([dense(3, 'd'), dense(3, 'e')]), () => only);
  const config = clone.getConfig();
  const again = dense(3, 'only');
  const twice = cloned(stack(dense(3), dense(3)), () => again);
  assert.deepEqual(
    {
      functional: [names(clone), history(config, 'only').length, config.output_layers],
      sequential: [names(twice), weights(twice)],
    },
    keras.one_layer_for_two,
  );
});

test('a function may replace a layer: it is called, and its operations are in the graph', () => {
  const gone = cloned(twoDense(), (layer) => (layer.name === 'd' ? (x) => x : revived(layer)));
  const relu = cloned(twoDense(), () => activations.relu);
  assert.deepEqual(
    {
      identity: [names(gone), weights(gone)],
      relu: relu.operations.map(({ name, className }) => [name, className]),
    },
    keras.functions_for_layers,
  );
});

test('null is not accepted as a replacement', () => {
  const none = () => null;
  assert.deepEqual(
    { functional: refusal(twoDense(), none), sequential: refusal(twoDenseStack(), none) },
    keras.clone_function_returns_none,
  );
});

test('an input is not accepted as a replacement in a Sequential', () => {
  assert.deepEqual(
    {
      InputLayer: refusal(twoDenseStack(), () => new layers.InputLayer({ shape: [3], name: 'i' })),
      Input: refusal(twoDenseStack(), () => Input({ shape: [3], name: 'i' })),
    },
    keras.clone_function_returns_an_input,
  );
});

test('a model may replace a layer', () => {
  const clone = cloned(twoDenseStack(), (layer) =>
    layer.name === 'd' ? chain([dense(4, 'inside')], { name: 'inner' }) : revived(layer),
  );
  assert.deepEqual(
    { layers: classes(clone), weights: weights(clone) },
    keras.clone_function_returns_a_model,
  );
});

test('a number is not callable', () => {
  const refused = (options) => raised(() => cloneModel(twoDense(), options));
  const found = {
    clone_function: refused({ cloneFunction: 3 }),
    call_function: refused({ callFunction: 3 }),
  };
  for (const [hook, { kind, message }] of Object.entries(keras.hooks_that_are_numbers)) {
    assert.equal(found[hook].kind, kind);
    assert.ok(found[hook].message.startsWith(message), found[hook].message);
  }
});

test('layers are listed by depth and cloned in execution order', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const b1 = dense(1, 'b1').apply(inputs);
  const b2 = dense(2, 'b2').apply(inputs);
  const model = new Model({ inputs, outputs: [b1, dense(3, 'b3').apply(b2), b2] });
  const seen = [];
  const clone = cloned(model, (layer) => {
    seen.push(layer.name);
    return revived(layer);
  });
  assert.deepEqual({ layers: [names(model), names(clone)], seen }, keras.order_of_layers_and_hooks);
});

const recurrent = (options = {}) =>
  chain([new layers.LSTM({ units: 2, name: 'l', ...options }), dense(1, 'head')], {
    shape: [4, 3],
  });
const bidirectional = (make) => (layer) =>
  layer instanceof layers.LSTM ? new layers.Bidirectional({ layer: make(layer) }) : revived(layer);

test('Bidirectional around an LSTM makes new layers, and the following layers are widened', () => {
  const model = recurrent();
  const ofConfig = cloned(model, bidirectional(revived));
  clearSession();
  const ofObject = cloned(
    model,
    bidirectional((layer) => layer),
  );
  const keepsTheHead = (layer) =>
    layer instanceof layers.LSTM ? new layers.Bidirectional({ layer }) : layer;
  assert.deepEqual(
    {
      from_config: weights(ofConfig),
      object: [weights(ofObject), ofObject.weights.some((v) => model.weights.includes(v))],
      'head kept': refusal(model, keepsTheHead),
    },
    keras.lstm_to_bidirectional,
  );
});

test('Bidirectional refuses a layer with goBackwards, and prefixes names once', () => {
  const layer = new layers.Bidirectional({
    layer: new layers.LSTM({ units: 2, name: 'forward_l2' }),
  });
  const { layer: forward, backward_layer: backward } = layer.getConfig();
  assert.deepEqual(
    {
      backwards: refusal(recurrent({ goBackwards: true }), bidirectional(revived)),
      names: [forward.config.name, backward.config.name],
    },
    keras.bidirectional_of_backwards,
  );
});

test('an encoder and decoder with states can be wrapped, but not run', () => {
  const [x, y] = [Input({ shape: [5, 3], name: 'x' }), Input({ shape: [4, 3], name: 'y' })];
  const encoder = new layers.LSTM({ units: 2, returnState: true, name: 'encoder' });
  const decoder = new layers.LSTM({ units: 2, returnSequences: true, name: 'decoder' });
  const initialState = encoder.apply(x).slice(1);
  const outputs = dense(1, 'head').apply(decoder.apply(y, kwargs({ initialState })));
  const clone = cloned(new Model({ inputs: [x, y], outputs }), bidirectional(revived));
  assert.deepEqual(names(clone), keras.encoder_and_decoder.layers);
  const data = [tensor(new Float32Array(15), [1, 5, 3]), tensor(new Float32Array(12), [1, 4, 3])];
  for (const run of [() => clone.apply(data), () => clone.predict(data)]) {
    const { kind, message } = raised(run);
    assert.equal(kind, keras.encoder_and_decoder.run.kind);
    assert.match(message, /list index out of range/);
    assert.match(keras.encoder_and_decoder.run.message, /list index out of range/);
  }
});

test('a cloneFunction sets the seeds of layers, and of nested models when recursive', () => {
  const inputs = Input({ shape: [4, 3], name: 'x' });
  let y = new layers.Dropout({ rate: 0.5, seed: 1, name: 'drop' }).apply(inputs);
  y = new layers.SimpleRNN({ units: 3, returnSequences: true, name: 'simple', seed: 2 }).apply(y);
  y = new layers.LSTM({ units: 3, returnSequences: true, name: 'lstm' }).apply(y);
  const glorot = new initializers.GlorotUniform({ seed: 5 });
  y = new layers.MultiHeadAttention({
    numHeads: 1,
    keyDim: 2,
    name: 'mha',
    kernelInitializer: glorot,
  }).apply(y, y);
  const he = new initializers.HeNormal({ seed: 6 });
  y = new layers.Dense({ units: 2, name: 'dense', kernelInitializer: he }).apply(y);
  const inside = new layers.Dropout({ rate: 0.5, seed: 3, name: 'inside' });
  const inner = chain([inside], { shape: [4, 2], name: 'inner' });
  const model = new Model({ inputs, outputs: inner.apply(y), name: 'm' });
  const cloneFunction = (layer) => {
    const config = layer.getConfig();
    if ('seed' in config) config.seed = 1337;
    return layer.constructor.fromConfig(config);
  };
  assert.deepEqual(model.getConfig(), keras.seeds_by_a_clone_function.model);
  assert.deepEqual(cloned(model, cloneFunction).getConfig(), keras.seeds_by_a_clone_function.clone);
  assert.deepEqual(
    cloneModel(model, { cloneFunction, recursive: true }).getConfig(),
    keras.seeds_by_a_clone_function.recursive,
  );
});

test('cloneFunction receives a shared layer once, across all levels when recursive', () => {
  const shared = dense(3, 'shared');
  const i = Input({ shape: [3], name: 'i' });
  const inner = new Model({ inputs: i, outputs: shared.apply(shared.apply(i)), name: 'inner' });
  const x = Input({ shape: [3], name: 'x' });
  const model = new Model({ inputs: x, outputs: inner.apply(shared.apply(x)), name: 'outer' });
  const seenBy = (recursive) => {
    const seen = [];
    const cloneFunction = (layer) => {
      seen.push(layer.name);
      return revived(layer);
    };
    const clone = cloneModel(model, { cloneFunction, recursive });
    return { seen, weights: clone.weights.length };
  };
  assert.deepEqual(
    { flat: seenBy(false), recursive: seenBy(true) },
    keras.shared_layers_are_seen_once,
  );
});
