// Each of Keras's answers in js-tests/fixtures/scenarios is compared in a test of this folder.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const answers = new URL('../fixtures/scenarios/', import.meta.url);
const tests = new URL('./', import.meta.url);
const sources = readdirSync(tests).map((name) => readFileSync(new URL(name, tests), 'utf8'));

for (const file of readdirSync(answers)) {
  const section = file.replace('.json', '');
  test(`each answer of Keras about ${section.replaceAll('_', ' ')} is compared in a test`, () => {
    const { scenarios } = JSON.parse(readFileSync(new URL(file, answers), 'utf8'));
    assert.ok(scenarios.length > 0);
    const readers = sources.filter((text) => text.includes(`answersOf('${section}')`));
    for (const { name } of scenarios) {
      const isCompared = new RegExp(`\\bkeras\\.${name}\\b`);
      assert.ok(
        readers.some((text) => isCompared.test(text)),
        name,
      );
    }
  });
}
