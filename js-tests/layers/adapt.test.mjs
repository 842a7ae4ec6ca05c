// What layers learn by adapt(), against Keras (tools/fixtures/with_tensorflow/make_text_files.py).
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';
import { readTextJson, recordedTensor } from '../support/text_models.mjs';

const { layers, tensor } = keras;
const { rows } = readTextJson('adapt.json');

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const options = (values) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [camelCase(key), value]));

function* batchesOf(tensors) {
  yield* tensors;
}

function adapted({ class: name, arguments: values, data, batches, steps }) {
  keras.clearSession();
  const layer = new layers[name](options(values));
  const tensors = data.map(recordedTensor);
  layer.adapt(batches ? batchesOf(tensors) : tensors[0], steps === null ? {} : { steps });
  return layer;
}

const numbers = { NaN, Infinity, '-Infinity': -Infinity };

function assertNumbers(actual, expected) {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => {
    const wanted = numbers[value] ?? value;
    if (Number.isFinite(wanted))
      assert.ok(
        Math.abs(actual[i] - wanted) <= 2e-6 * Math.max(1, Math.abs(wanted)),
        `[${i}]: ${actual[i]}, not ${wanted}`,
      );
    else assert.equal(actual[i], wanted);
  });
}

/** The weight of each token, from documents of one token. */
function idfWeights(layer, vocabulary) {
  const tokens = vocabulary.map((token, i) =>
    i === 0 && typeof token === 'string' ? 'unknown token' : token,
  );
  const data = tensor(
    tokens.map((token) => [token]),
    null,
    typeof tokens[0] === 'string' ? 'string' : 'int64',
  );
  return layer
    .apply(data)
    .array()
    .map((row, i) => row[i]);
}

function assertLearned(layer, result) {
  if (result.vocabulary) assert.deepEqual(layer.getVocabulary(), result.vocabulary);
  // Unigrams only: a document of one token has no longer n-grams.
  if (result.idf_weights && layer.ngrams === undefined)
    assertNumbers(
      idfWeights(layer, result.vocabulary),
      result.idf_weights.data.slice(0, result.vocabulary.length),
    );
  if (result.bin_boundaries) assertNumbers(layer.getConfig().bin_boundaries, result.bin_boundaries);
  if (result.mean) {
    const [mean, variance] = layer.getWeights();
    assert.deepEqual([...mean.shape], result.mean.shape);
    assertNumbers([mean.array()].flat(Infinity), result.mean.data);
    assertNumbers([variance.array()].flat(Infinity), result.variance.data);
  }
}

// Sentences of TensorFlow and NumPy, not of Keras.
const ours = [
  [/keys and values cannot be empty tensors/, /keys and values cannot be empty tensors/],
  [
    /Failed to convert a NumPy array/,
    /is not supported: layer '\w+' learns strings|learns strings/,
  ],
  [/invalid literal for int\(\)/, /Cast string to int64 is not supported/],
  [/has no attribute 'idf_weights'/, /has no attribute 'idf_weights/],
];

for (const [i, row] of rows.entries()) {
  const what = `${row.class} ${JSON.stringify(row.arguments)} ${row.batches ? `${row.data.length} batches` : row.data[0].dtype}`;
  if (row.result) {
    test(`adapt, row ${i}: ${what}`, () => assertLearned(adapted(row), row.result));
    continue;
  }
  test(`adapt, row ${i} is refused: ${what}`, () => {
    const { message } = row.error;
    const [, pattern] = ours.find(([theirs]) => theirs.test(message)) ?? [null, message];
    const error = assertRaises(() => adapted(row), keras.KerasError, pattern);
    assert.notEqual(error.kind, 'InternalError');
  });
}

test('adapt takes nested arrays, typed arrays, and arrays of tensors as batches', () => {
  const words = new layers.StringLookup();
  words.adapt(['b', 'a', 'b']);
  assert.deepEqual(words.getVocabulary(), ['[UNK]', 'b', 'a']);
  const scale = new layers.Normalization({ axis: null });
  scale.adapt(new Float32Array([1, 3]));
  assert.deepEqual(
    scale
      .getWeights()
      .slice(0, 2)
      .map((w) => w.array()),
    [2, 1],
  );
  scale.adapt([tensor([1, 3]), tensor([5, 7])]);
  assert.deepEqual(
    scale
      .getWeights()
      .slice(0, 2)
      .map((w) => w.array()),
    [4, 5],
  );
});

test('adapt to strings and numbers in one array is refused', () => {
  assertRaises(
    () => new layers.StringLookup().adapt(['a', 1]),
    keras.KerasTypeError,
    'cannot hold 1',
  );
  assertRaises(() => new layers.Normalization().adapt([['a'], ['b']]), keras.KerasError, 'string');
});

test('adapt to an empty array is adapt to no batches, as in Keras', () => {
  const words = new layers.StringLookup();
  words.adapt([]);
  assert.deepEqual(words.getVocabulary(), ['[UNK]']);
  assertRaises(
    () => new layers.Normalization().adapt([]),
    keras.ValueError,
    'received an empty iterable',
  );
});

test('a class that extends a lookup adapts, and keeps its vocabulary in a file', async () => {
  class Words extends layers.StringLookup {}
  const words = new Words({ maskToken: '' });
  words.adapt(['b', 'a', 'b']);
  assert.deepEqual(words.getVocabulary(), ['', '[UNK]', 'b', 'a']);
  const model = new keras.Sequential([keras.Input({ shape: [], dtype: 'string' }), words]);
  const again = await keras.loadModel(await keras.saveModel(model), { customObjects: { Words } });
  assert.deepEqual(again.predict(['a', 'b', 'x']).array(), [3, 2, 1]);
});

test('integers of 64 bits are looked up and hashed by all of their bits', () => {
  const big = 2 ** 40;
  for (const layer of [
    new layers.IntegerLookup({ vocabulary: [big, 7] }),
    new layers.Hashing({ numBins: 1e9 }),
  ]) {
    const wanted = layer.apply(tensor([[big], [0]], null, 'int64')).array();
    assert.notEqual(wanted[0][0], wanted[1][0]);
    const model = new keras.Sequential([keras.Input({ shape: [1], dtype: 'int64' }), layer]);
    for (const inputs of [[[big], [0]], BigInt64Array.of(BigInt(big), 0n)])
      assert.deepEqual(model.predict(inputs).array(), wanted);
  }
});

test('an error in a vocabulary of a config has its path', () => {
  const model = new keras.Sequential([
    keras.Input({ shape: [], dtype: 'string' }),
    new layers.StringLookup({ vocabulary: ['x', 'y'] }),
  ]);
  const broken = model.toJson().replace('"vocabulary": ["x", "y"]', '"vocabulary": ["x", 7]');
  const error = assertRaises(
    () => keras.modelFromJson(broken),
    keras.KerasError,
    'Unsupported object type int',
  );
  assert.equal(error.path, 'config.layers[1].config.vocabulary[1]');
});

test('a second adapt forgets the first', () => {
  const lookup = new layers.IntegerLookup();
  lookup.adapt([[1, 2]]);
  lookup.adapt([[7, 7]]);
  assert.deepEqual(lookup.getVocabulary(), [-1, 7]);
});

test('a batch that fails leaves what was learned before', () => {
  const lookup = new layers.StringLookup();
  lookup.adapt(['a']);
  assertRaises(() => lookup.adapt(batchesOf([tensor(['b']), tensor([1])])), keras.KerasTypeError);
  assert.deepEqual(lookup.getVocabulary(), ['[UNK]', 'a']);
});

test('an adapted layer changes what a model predicts, recorded plans included', () => {
  const bins = new layers.Discretization({ numBins: 2 });
  bins.adapt([[0], [1], [2], [3]]);
  const model = new keras.Sequential([keras.Input({ shape: [1] }), bins]);
  const before = model.predict([[1.5]]).array();
  bins.adapt([[10], [20], [30], [40]]);
  assert.deepEqual([before, model.predict([[1.5]]).array()], [[[1]], [[0]]]);
});

test('setVocabulary replaces the vocabulary, with errors of Keras', () => {
  const lookup = new layers.StringLookup({ maskToken: '' });
  lookup.setVocabulary(['x', 'y']);
  assert.deepEqual(lookup.getVocabulary(), ['', '[UNK]', 'x', 'y']);
  assert.deepEqual(lookup.getVocabulary(false), ['x', 'y']);
  assert.equal(lookup.vocabularySize(), 4);
  assert.deepEqual(lookup.apply(tensor(['y', '', 'z'])).array(), [3, 0, 1]);
  assertRaises(
    () => lookup.setVocabulary(['x', 'x']),
    keras.ValueError,
    'at least one repeated term',
  );
  assertRaises(() => lookup.setVocabulary([]), keras.ValueError, 'Cannot set an empty vocabulary');
  assertRaises(() => lookup.setVocabulary([1]), keras.KerasError);
  assert.deepEqual(lookup.getVocabulary(false), ['x', 'y']);
});

test('boundaries that were learned are part of the config, which the constructor refuses', () => {
  const bins = new layers.Discretization({ numBins: 2 });
  bins.adapt([[0], [1], [2], [3]]);
  const config = bins.getConfig();
  const again = layers.Discretization.fromConfig(config);
  assert.deepEqual(again.getConfig(), config);
  assertRaises(
    () => new layers.Discretization({ numBins: 2, binBoundaries: [1] }),
    keras.ValueError,
    'Both `num_bins` and `bin_boundaries` should not be set.',
  );
});

test('a function standardizes the strings of a TextVectorization', async () => {
  const withoutTags = (texts) =>
    tensor(
      [texts.array()].flat(Infinity).map((text) => text.toLowerCase().replace(/<[^>]*>/g, ' ')),
      texts.shape,
    );
  keras.registerKerasSerializable({ package: 'texts', name: 'without_tags' })(withoutTags);
  const vectors = new layers.TextVectorization({ standardize: withoutTags });
  vectors.adapt(['A<br>b', 'B']);
  assert.deepEqual(vectors.getVocabulary(), ['', '[UNK]', 'b', 'a']);
  const model = new keras.Sequential([keras.Input({ shape: [], dtype: 'string' }), vectors]);
  assert.deepEqual(model.predict(['b<p>A', 'x']).array(), [
    [2, 3],
    [1, 0],
  ]);
  const again = await keras.loadModel(await keras.saveModel(model));
  assert.deepEqual(again.predict(['b<p>A', 'x']).array(), [
    [2, 3],
    [1, 0],
  ]);
  assert.equal(vectors.getConfig().standardize.config, 'texts>without_tags');
});

test('a function that standardizes must return strings of the same shape', () => {
  const vectors = new layers.TextVectorization({
    vocabulary: ['a'],
    standardize: () => tensor([1]),
  });
  assertRaises(
    () => vectors.apply(tensor(['a'])),
    keras.KerasTypeError,
    'must return strings of shape (1,)',
  );
});
