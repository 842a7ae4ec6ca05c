// Saves models on strings for check_text.py: those that Keras saved, opened here, and one that has learned here.
//
// write_text.mjs FOLDER
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { argv } from 'node:process';
import { Input, Sequential, initialize, layers, loadModel, saveModel } from '../../dist/index.js';

const folder = argv[2];
const fixtures = new URL('../../js-tests/fixtures/text/', import.meta.url);
const names = readdirSync(fixtures)
  .filter((file) => file.endsWith('.keras'))
  .map((file) => basename(file, '.keras'));

await initialize();

const cases = [];
for (const name of names) {
  const truth = JSON.parse(readFileSync(new URL(`${name}.keras.json`, fixtures), 'utf8'));
  const model = await loadModel(new Uint8Array(readFileSync(new URL(`${name}.keras`, fixtures))));
  const file = `text_${name}.keras`;
  writeFileSync(join(folder, file), await saveModel(model));
  cases.push({ name, file, config: model.toJson(), inputs: truth.inputs, outputs: truth.outputs });
}

const sentences = ['The cat sat.', 'the DOG, the cat', 'É é', ''];
for (const outputMode of ['int', 'multi_hot', 'tf_idf']) {
  const vectors = new layers.TextVectorization({ outputMode, ngrams: 2, maxTokens: 7 });
  vectors.adapt(sentences);
  const model = new Sequential([Input({ shape: [], dtype: 'string' }), vectors]);
  const outputs = model.predict(sentences);
  const file = `text_learned_${outputMode}.keras`;
  writeFileSync(join(folder, file), await saveModel(model));
  cases.push({
    name: `learned here, ${outputMode}`,
    file,
    config: model.toJson(),
    inputs: { shape: [sentences.length], dtype: 'string', data: sentences },
    outputs: { shape: outputs.shape, dtype: outputs.dtype, data: [...outputs.data()].map(Number) },
  });
}
writeFileSync(join(folder, 'text.json'), JSON.stringify({ cases }));
