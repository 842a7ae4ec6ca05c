// Models on raw strings, with vocabularies in their configs or in files of the archive, against Keras.
import assert from 'node:assert/strict';
import test from 'node:test';
import { strFromU8, strToU8 } from 'fflate';
import { membersOf, packed } from '../support/archives.mjs';
import { assertClose } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';
import {
  assertOutputs,
  mapTensors,
  recordedTensor,
  textFile,
  textModels,
  textTruth,
} from '../support/text_models.mjs';

const inputsOf = (truth) => mapTensors(truth.inputs, recordedTensor);

function assetsOf(bytes) {
  const { members } = membersOf(bytes);
  const files = Object.entries(members).filter(
    ([name, { length }]) => name.startsWith('assets/') && length,
  );
  return Object.fromEntries(files.map(([name, content]) => [name, strFromU8(content)]));
}

for (const name of textModels) {
  const truth = textTruth(name);

  test(`${name} opens with Keras's config, weights and predictions`, async () => {
    const model = await keras.loadModel(textFile(name));
    assert.deepEqual(JSON.parse(model.toJson()), JSON.parse(truth.json));
    const weights = model.getWeights();
    assert.equal(weights.length, truth.weights.length);
    truth.weights.forEach(({ data }, i) => assertClose(weights[i].array(), data, 1e-7));
    assertOutputs(model.predict(inputsOf(truth)), truth.outputs);
    assertOutputs(model.apply(inputsOf(truth)), truth.outputs);
  });

  test(`${name} predicts the same in batches of any size`, async () => {
    const model = await keras.loadModel(textFile(name));
    if (name === 'any_length') return; // a padded row differs from the row alone, as in Keras
    assertOutputs(model.predict(inputsOf(truth), { batchSize: 2 }), truth.outputs);
  });

  test(`${name} is unchanged after saving and opening again, vocabularies included`, async () => {
    const saved = await keras.saveModel(await keras.loadModel(textFile(name)));
    assert.deepEqual(assetsOf(saved), truth.assets);
    const again = await keras.loadModel(saved);
    assert.deepEqual(JSON.parse(again.toJson()), JSON.parse(truth.json));
    assertOutputs(again.predict(inputsOf(truth)), truth.outputs);
  });

  test(`a clone of ${name} has the config of Keras's clone`, async () => {
    const model = await keras.loadModel(textFile(name));
    const clone = keras.cloneModel(model);
    assert.deepEqual(JSON.parse(clone.toJson()), JSON.parse(truth.clone));
  });

  for (const recursive of [false, true])
    test(`a clone of ${name} with copied weights predicts the same, recursive: ${recursive}`, async () => {
      const model = await keras.loadModel(textFile(name));
      const clone = keras.cloneModel(model, { copyWeights: true, recursive });
      assertOutputs(clone.predict(inputsOf(truth)), truth.outputs);
    });
}

test('nested arrays of strings are inputs', async () => {
  const truth = textTruth('text_classifier');
  const model = await keras.loadModel(textFile('text_classifier'));
  const rows = truth.inputs.data.map((sentence) => [sentence]);
  assertOutputs(model.predict(rows), truth.outputs);
});

// --- Assets that are missing or damaged ---

// The layer and the lookup inside it have the same file, as in Keras.
const folder = 'assets/layers/text_vectorization/';
const assets = ['vocabulary.txt', '_lookup_layer/vocabulary.txt'].map((name) => folder + name);
const { members } = membersOf(textFile('text_classifier'));
const withAsset = (content) =>
  keras.loadModel(
    packed({ ...members, ...Object.fromEntries(assets.map((name) => [name, content])) }),
  );

test('an archive without the file of a vocabulary is refused and names it', async () => {
  const { [assets[0]]: removed, ...others } = members;
  assert.ok(removed);
  await assert.rejects(keras.loadModel(packed(others)), (error) => {
    assert.ok(error instanceof keras.ValueError);
    assert.match(error.message, /1 objects could not be loaded/);
    assert.match(error.message, /text_vectorization/);
    assert.match(
      error.message,
      /No such file or directory: '.*text_vectorization\/vocabulary\.txt'/,
    );
    return true;
  });
});

test('an archive without any assets opens, as in Keras, and says in calls what is missing', async () => {
  const others = Object.entries(members).filter(([name]) => !name.startsWith('assets/'));
  const model = await keras.loadModel(packed(Object.fromEntries(others)));
  assert.throws(
    () => model.predict([['a']]),
    /Table not initialized\. .*'vectors' has no vocabulary/,
  );
});

test('a vocabulary that is not UTF-8 is refused', async () => {
  await assert.rejects(withAsset(Uint8Array.of(...members[assets[0]], 0xc3)), /not valid UTF-8/);
});

test('an empty vocabulary and one with repeated words are refused', async () => {
  await assert.rejects(withAsset(strToU8('')), /Cannot set an empty vocabulary/);
  await assert.rejects(withAsset(strToU8('\n[UNK]\na\na')), /at least one repeated term/);
});

test('a vocabulary that is cut short is a shorter one, as in Keras', async () => {
  const model = await withAsset(strToU8('\n[UNK]\nthe'));
  assert.deepEqual(model.getLayer('vectors').getVocabulary(), ['', '[UNK]', 'the']);
});

test('integers that are no numbers are refused in a vocabulary', async () => {
  const { members: all } = membersOf(textFile('lookups'));
  const name = Object.keys(all).find((path) => /integer_lookup.*\.txt$/.test(path));
  const broken = packed({ ...all, [name]: strToU8('0\n-1\n7\nseven') });
  await assert.rejects(
    keras.loadModel(broken),
    /invalid literal for int\(\) with base 10: 'seven'/,
  );
});

test('a model without its vocabulary loads from JSON and says what is missing when it is called', () => {
  const truth = textTruth('text_classifier');
  const model = keras.modelFromJson(truth.json);
  assert.throws(
    () => model.predict(inputsOf(truth)),
    /Table not initialized\. .*'\w+' has no vocabulary/,
  );
  assert.throws(() => model.predict(keras.tensor([[1], [2]], null, 'int32')), keras.KerasError);
});
