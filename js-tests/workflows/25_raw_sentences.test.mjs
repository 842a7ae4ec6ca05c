// A model that reads raw sentences
//
// `adapt` learns a vocabulary, which is part of the model: `saveModel` stores it in the archive as Keras does, and
// `copyWeights` gives it to clones.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cloneModel,
  initialize,
  Input,
  layers,
  loadModel,
  saveModel,
  Sequential,
  setRandomSeed,
} from 'keras-wasm';

await initialize();
setRandomSeed(3);

test('a text classifier learns its words, is saved, opened and cloned', async () => {
  const vectors = new layers.TextVectorization({ maxTokens: 1000, outputSequenceLength: 6 });
  vectors.adapt(['The film was good.', 'A good, good film!', 'The plot was thin.']);
  assert.deepEqual(vectors.getVocabulary().slice(0, 4), ['', '[UNK]', 'good', 'was']);

  const model = new Sequential([
    Input({ shape: [], dtype: 'string' }),
    vectors,
    new layers.Embedding({ inputDim: vectors.vocabularySize(), outputDim: 4, maskZero: true }),
    new layers.GlobalAveragePooling1D(),
    new layers.Dense({ units: 2, activation: 'softmax' }),
  ]);
  const sentences = ['Good plot, GOOD film', 'never seen words'];
  const predicted = model.predict(sentences).array();

  const opened = await loadModel(await saveModel(model));
  assert.deepEqual(opened.predict(sentences).array(), predicted);
  const clone = cloneModel(model, { copyWeights: true });
  assert.deepEqual(clone.predict(sentences).array(), predicted);
});
