// cloneModel with inputTensors, and the inputs of clones, compared with Keras's answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  clearSession,
  cloneModel,
  deserializeKerasObject,
  Input,
  layers,
  Model,
  Sequential,
  tensor,
  tuple,
} from '../support/keras.mjs';
import {
  answersOf,
  dense,
  inputLayer,
  names,
  raised,
  shapes,
  stack,
  twoDense,
  weights,
} from '../support/scenarios.mjs';
import { warningsOf } from '../support/warnings.mjs';

const keras = answersOf('clone_inputs');

const input = (name, ...shape) => Input({ shape, name });
const fresh = (...shape) => input('new', ...shape);

function listed() {
  const x = input('x', 3);
  return new Model({ inputs: [x], outputs: dense(2, 'd').apply(x) });
}

function named() {
  const [a, b] = [input('a', 3), input('b', 3)];
  const outputs = new layers.Subtract({ name: 's' }).apply([a, b]);
  return new Model({ inputs: { a, b }, outputs });
}

function pair() {
  const [a, b] = [input('a', 3), input('b', 3)];
  return new Model({
    inputs: [a, b],
    outputs: new layers.Subtract({ name: 's' }).apply([a, b]),
  });
}

const oneDenseStack = () => stack(dense(2, 'd'));

/** A symbolic tensor that no layer made. */
const rawTensor = () =>
  deserializeKerasObject({
    class_name: '__keras_tensor__',
    config: { shape: [null, 3], dtype: 'float32', keras_history: null },
  });

const clonedOnto = (model, inputTensors) => cloneModel(model, { inputTensors });
const refusal = (model, inputTensors) => raised(() => clonedOnto(model, inputTensors));
const inputLayerOf = (model) => inputLayer(model.getConfig().layers[0]);

test.beforeEach(() => clearSession());

test('the weights of a clone fit an input of another width', () => {
  assert.deepEqual(weights(clonedOnto(twoDense(), fresh(7))), keras.input_of_other_width);
});

test('a clone of Dense layers accepts an input of another rank', () => {
  const clone = clonedOnto(twoDense(), fresh(5, 3));
  assert.deepEqual(
    { weights: weights(clone), outputs: shapes(clone.outputs) },
    keras.input_of_other_rank,
  );
});

test('an integer input leaves weights and output as floats', () => {
  const clone = clonedOnto(twoDense(), Input({ shape: [3], dtype: 'int32', name: 'new' }));
  assert.deepEqual(
    {
      input: clone.inputs[0].dtype,
      weights: clone.weights.map(({ dtype }) => dtype),
      output: clone.outputs[0].dtype,
    },
    keras.integer_input,
  );
});

test('a tensor, an array of one and a tuple of one are three structures', () => {
  assert.deepEqual(
    {
      'list for a tensor': refusal(twoDense(), [fresh(3)]),
      'tensor for a list': refusal(listed(), fresh(3)),
      'tuple for a list': refusal(listed(), tuple([fresh(3)])),
      'list for a list': names(clonedOnto(listed(), [fresh(3)])),
    },
    keras.list_or_single_tensor,
  );
});

test('inputs by name require the same keys, and warn about tensors with other names', () => {
  let clone;
  const warnings = warningsOf(() => {
    clone = clonedOnto(named(), { a: input('p', 4), b: input('q', 4) });
  });
  assert.deepEqual(
    {
      'other keys': refusal(named(), { a: input('p', 3), c: input('q', 3) }),
      list: refusal(named(), [input('p', 3), input('q', 3)]),
      'other names': {
        layers: names(clone),
        input_layers: clone.getConfig().input_layers,
        warnings,
      },
    },
    keras.dicts,
  );
});

test('data and InputLayers are refused as input tensors', () => {
  const zeros = tensor([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const layer = new layers.InputLayer({ shape: [3], name: 'made' });
  assert.deepEqual(refusal(twoDense(), layer), keras.no_tensor_at_all.InputLayer);
  // Python prints the data of an array.
  const sentence = (message) => message.slice(0, message.indexOf('inputs_tensors='));
  const { kind, message } = refusal(twoDense(), zeros);
  assert.equal(kind, keras.no_tensor_at_all.array.kind);
  assert.equal(sentence(message), sentence(keras.no_tensor_at_all.array.message));
  assert.match(message, /Tensor shape=\(2, 3\)/);
});

test('a tensor inside another graph becomes a separate input', () => {
  const inner = dense(4, 'upstream').apply(input('source', 5));
  const functional = clonedOnto(twoDense(), inner);
  const sequential = clonedOnto(oneDenseStack(), inner);
  assert.deepEqual(
    {
      tensor: inner.name,
      functional: [names(functional), shapes(functional.inputs)],
      sequential: [inputLayerOf(sequential), names(sequential), weights(sequential)],
    },
    keras.tensor_from_the_middle,
  );
});

test('a symbolic tensor that no layer made is an input for a Sequential only', () => {
  const sequential = clonedOnto(oneDenseStack(), rawTensor());
  assert.deepEqual(
    {
      functional: refusal(twoDense(), rawTensor()),
      sequential: [inputLayerOf(sequential), names(sequential), weights(sequential)],
    },
    keras.tensor_from_nowhere,
  );
});

test('the given tensor is the input of the clone, with the InputLayer that made it', () => {
  const given = fresh(3);
  const owner = new Model({ inputs: given, outputs: given }).layers[0];
  const clone = clonedOnto(twoDense(), given);
  const model = twoDense();
  const same = clonedOnto(model, model.input);
  assert.deepEqual(
    {
      'input is the tensor': clone.input === given,
      "first layer is the tensor's": clone.layers[0] === owner,
      "layers shared on the original's input": model.layers.map(
        (layer, i) => layer === same.layers[i],
      ),
    },
    keras.the_given_tensor_is_the_input,
  );
});

test('new inputs need different names unless they are the same tensor', () => {
  const given = input('t', 3);
  const twice = clonedOnto(pair(), [given, given]);
  assert.deepEqual(
    {
      'name of a layer': refusal(twoDense(), input('d', 3)),
      'two of one name': refusal(pair(), [fresh(3), fresh(3)]),
      'one tensor twice': { layers: names(twice), input_layers: twice.getConfig().input_layers },
    },
    keras.names_of_given_tensors,
  );
});

test('a model with one input listed twice can be revived but not cloned', () => {
  const a = input('a', 3);
  const model = new Model({ inputs: [a, a], outputs: dense(2, 'd').apply(a), name: 'm' });
  const revived = Model.fromConfig(model.getConfig());
  assert.deepEqual(
    {
      clone: raised(() => cloneModel(model)),
      revived: { layers: names(revived), input_layers: revived.getConfig().input_layers },
    },
    keras.one_input_listed_twice,
  );
});

test('batch size and dtype of inputs are kept, sparse is lost, optional is kept by Sequential', () => {
  const functional = (options) => {
    const inputs = Input({ ...options, name: 'x' });
    return new Model({ inputs, outputs: dense(2, 'd').apply(inputs) });
  };
  const sequential = (options) => new Sequential([Input({ ...options, name: 'x' }), dense(2, 'd')]);
  const rare = { batchShape: [4, 3], dtype: 'int32', optional: true };
  const sparse = { shape: [3], sparse: true };
  const both = (model) => [model, cloneModel(model)].map(inputLayerOf);
  assert.deepEqual(
    {
      'functional, rare': both(functional(rare)),
      'functional, sparse': both(functional(sparse)),
      'sequential, rare': both(sequential(rare)),
      'sequential, sparse': both(sequential(sparse)),
    },
    keras.options_of_inputs,
  );
});

test('a Sequential accepts exactly one tensor', () => {
  assert.deepEqual(
    {
      none: refusal(oneDenseStack(), []),
      two: refusal(oneDenseStack(), [input('p', 3), input('q', 3)]),
      dict: refusal(oneDenseStack(), { x: fresh(3) }),
    },
    keras.one_tensor_for_a_sequential,
  );
});

test('a Sequential is built on the given input, which keeps the name of the old one', () => {
  const clone = clonedOnto(new Sequential([dense(2, 'd')], { name: 's' }), fresh(7));
  const other = clonedOnto(oneDenseStack(), fresh(7));
  assert.deepEqual(
    {
      deferred: {
        built: clone.built,
        input: inputLayerOf(clone).batch_shape,
        weights: weights(clone),
      },
      'with input': { input: inputLayerOf(other), weights: weights(other) },
    },
    keras.sequential_onto_an_input,
  );
});

test('the batch size of the data that built a Sequential is kept', () => {
  const model = new Sequential([dense(2, 'd')], { name: 's' });
  model.apply(tensor(new Float32Array(15), [5, 3]));
  assert.deepEqual(inputLayerOf(cloneModel(model)), keras.batch_size_of_a_call);
});

test('a clone has the batch size of the given tensor', () => {
  const inputs = Input({ shape: [3], batchSize: 2, name: 'x' });
  const model = new Model({ inputs, outputs: dense(1, 'd').apply(inputs) });
  const models = [model, cloneModel(model), clonedOnto(model, fresh(3))];
  assert.deepEqual(
    models.map(({ outputs }) => shapes(outputs)),
    keras.batch_size_of_the_given_tensor,
  );
});
