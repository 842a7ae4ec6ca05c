// Every kind of user class, made known in every way, survives every round trip: at the top of a model, inside a wrapper, a
// nested Functional and a nested Sequential.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  customObjectScope,
  Input,
  KerasTypeError,
  layers,
  loadModel,
  Model,
  modelFromJson,
  registerKerasSerializable,
  saveModel,
  Sequential,
  tensor,
} from '../support/keras.mjs';
import { makeLab } from '../../tools/lib/lab.mjs';

const dense = (name, options) => new layers.Dense({ units: 3, name, ...options });

/**
 * What is put into the model, by kind: `names` are the names in its config, `make` returns a layer that holds it.
 * `sequences` means it takes sequences; `recursively` is the class that a recursive clone gives a model of the kind.
 */
const kinds = {
  'a layer': {
    names: ['Scale'],
    make: (lab, name) => new lab.Scale({ factor: 0.5, name }),
  },
  'a layer without getConfig': {
    names: ['Shift'],
    make: (lab, name) => new lab.Shift({ by: 3, name }),
  },
  'a layer that contains a layer': {
    names: ['Residual'],
    make: (lab, name, width) =>
      new lab.Residual({ inner: dense(`${name}_inner`, { units: width }), name }),
  },
  'a wrapper': {
    names: ['Twice'],
    make: (lab, name, width) =>
      new lab.Twice({ layer: dense(`${name}_inner`, { units: width }), name }),
  },
  'a class that extends Dense': {
    names: ['Doubled'],
    make: (lab, name) => new lab.Doubled({ units: 3, name }),
  },
  'a class that extends LSTM': {
    names: ['Noisy'],
    sequences: true,
    make: (lab, name) => new lab.Noisy({ units: 3, returnSequences: true, note: 'hm', name }),
  },
  'a cell': {
    names: ['MinimalCell'],
    sequences: true,
    make: (lab, name) =>
      new layers.RNN({
        cell: new lab.MinimalCell({ units: 3, name: `${name}_cell` }),
        returnSequences: true,
        name,
      }),
  },
  'a cell in a stack': {
    names: ['MinimalCell'],
    sequences: true,
    make: (lab, name) =>
      new layers.RNN({
        cell: [
          new layers.GRUCell({ units: 2, name: `${name}_gru` }),
          new lab.MinimalCell({ units: 3, name: `${name}_own` }),
        ],
        returnSequences: true,
        name,
      }),
  },
  'an activation': {
    names: ['swoosh'],
    make: (lab, name) => dense(name, { activation: lab.swoosh }),
  },
  'an activation that is a layer': {
    names: ['Shift'],
    make: (lab, name) =>
      dense(name, { activation: new lab.Shift({ by: 2, name: `${name}_activation` }) }),
  },
  'a function in an Activation layer': {
    names: ['swoosh'],
    make: (lab, name) => new layers.Activation({ activation: lab.swoosh, name }),
  },
  'an initializer': {
    names: ['Spread'],
    make: (lab, name) =>
      dense(name, { kernelInitializer: new lab.Spread({ start: -1, stop: 0.5 }) }),
  },
  'a function as initializer': {
    names: ['ramp'],
    make: (lab, name) => dense(name, { kernelInitializer: lab.ramp }),
  },
  'a class that extends HeNormal': {
    names: ['Halved'],
    make: (lab, name) => dense(name, { kernelInitializer: new lab.Halved({ seed: 7 }) }),
  },
  'a regularizer': {
    names: ['Sparsity'],
    make: (lab, name) => dense(name, { kernelRegularizer: new lab.Sparsity({ strength: 0.25 }) }),
  },
  'a constraint': {
    names: ['Between'],
    make: (lab, name) => dense(name, { biasConstraint: new lab.Between({ low: -1, high: 2 }) }),
  },
  'a model with a call': {
    names: ['Encoder'],
    make: (lab, name) => new lab.Encoder({ units: 4, name }),
  },
  'a model without getConfig': {
    names: ['Plain'],
    make: (lab, name) => new lab.Plain({ name }),
  },
  'a Functional without a constructor': {
    names: ['Graph'],
    make: (lab, name, width) => graph(lab.Graph, name, width),
    recursively: (lab) => lab.Graph,
  },
  'a Functional with extra arguments': {
    names: ['Tagged'],
    make: (lab, name, width) => graph(lab.Tagged, name, width, { tag: 'mine' }),
    // As in Keras, the class is made from the graph and the name alone.
    recursively: (lab) => lab.Tagged,
    forget: (config) => ({ ...config, tag: '' }),
  },
  'a Sequential': {
    names: ['Stack'],
    make: (lab, name, width) =>
      new lab.Stack([Input({ shape: [width], name: `${name}_in` }), dense(`${name}_dense`)], {
        name,
      }),
    recursively: () => Sequential,
  },
};

function graph(Class, name, width, options) {
  const x = Input({ shape: [width], name: `${name}_in` });
  return new Class({ inputs: x, outputs: dense(`${name}_dense`).apply(x), name, ...options });
}

/** How the classes become known during a round trip. */
const ways = {
  registered: (objects) => {
    for (const target of Object.values(objects))
      registerKerasSerializable({ package: `matrix${count++}` })(target);
    return { within: (trip) => trip() };
  },
  customObjects: (objects) => ({ within: (trip) => trip(), customObjects: objects }),
  'in a scope': (objects) => ({ within: (trip) => customObjectScope(objects, trip) }),
};
let count = 0;

const trips = {
  config: (model, customObjects) => Model.fromConfig(model.getConfig(), customObjects),
  JSON: (model, customObjects) => modelFromJson(model.toJson(), { customObjects }),
  clone: (model, customObjects) => cloneModel(model, customObjects && { customObjects }),
  'recursive clone': (model, customObjects) =>
    cloneModel(model, { recursive: true, ...(customObjects && { customObjects }) }),
  file: async (model, customObjects) => loadModel(await saveModel(model), { customObjects }),
};

/** A model that holds one object of the kind in each position. */
function build({ make, sequences = false }, lab) {
  const shape = [4, 3];
  const x = Input({ shape, name: 'x' });
  let y = x;
  if (sequences) {
    const layer = make(lab, 'wrapped', 3);
    y = new layers.Bidirectional({ layer, mergeMode: 'sum', name: 'wrapper' }).apply(y);
  } else {
    y = new layers.TimeDistributed({ layer: make(lab, 'wrapped', 3), name: 'wrapper' }).apply(y);
    y = new layers.GlobalAveragePooling1D({ name: 'pool' }).apply(y);
  }
  const width = () => y.shape.at(-1);
  const inner = () => Input({ shape: sequences ? [4, width()] : [width()], name: 'inner_in' });
  y = make(lab, 'top', width()).apply(y);
  const from = inner();
  const to = make(lab, 'nested', width()).apply(from);
  y = new Model({ inputs: from, outputs: to, name: 'functional' }).apply(y);
  y = new Sequential([inner(), make(lab, 'stacked', width())], { name: 'sequential' }).apply(y);
  return new Model({ inputs: x, outputs: y, name: 'matrix' });
}

const data = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
  [2, 4, 3],
);

function check(copy, model, lab, kind, isRecursive) {
  if (copy.weights.length > 0) assert.notEqual(copy.getLayer('top'), model.getLayer('top'));
  assertClose(copy.predict(data).array(), model.predict(data).array());
  assertClose(copy.apply(data).array(), model.apply(data).array());
  const expected = model.getLayer('top');
  const made = copy.getLayer('top');
  if (isRecursive && kind.recursively) {
    assert.equal(made.constructor, kind.recursively(lab));
    assert.deepEqual(made.getConfig(), (kind.forget ?? ((config) => config))(expected.getConfig()));
  } else {
    assert.equal(made.constructor, expected.constructor);
    assert.deepEqual(copy.getConfig(), model.getConfig());
  }
}

for (const [what, kind] of Object.entries(kinds)) {
  for (const [way, know] of Object.entries(ways)) {
    for (const [trip, go] of Object.entries(trips)) {
      test(`${what}, ${way}, survives ${trip}`, async () => {
        const lab = makeLab();
        const objects = Object.fromEntries(kind.names.map((name) => [name, lab[name]]));
        const { within, customObjects } = know(objects);
        // Bidirectional always makes its layers from configs.
        const model = customObjectScope(way === 'registered' ? {} : objects, () =>
          build(kind, lab),
        );
        if (way === 'in a scope' && trip === 'file') {
          // Loading is asynchronous, and meanwhile a scope would be open for other code.
          assertRaises(() => within(() => go(model)), KerasTypeError, 'cannot be async');
          return;
        }
        const copy = await within(() => go(model, customObjects));
        if (trip !== 'file') copy.setWeights(model.getWeights());
        check(copy, model, lab, kind, trip === 'recursive clone');
      });
    }
  }
}
