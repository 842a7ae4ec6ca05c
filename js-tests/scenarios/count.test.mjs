// Every scenario has a test: titles begin with the scenario's number, such as `A1.6 ...`.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const folder = new URL('./', import.meta.url);

// The parts of the list of scenarios, and the last number of each; numbering goes on from section to section.
const parts = [
  { part: 'A', last: 123 },
  { part: 'B', last: 81 },
];

function numbersIn(part) {
  const files = readdirSync(folder).filter((name) => name.startsWith(part.toLowerCase()));
  const titles = files.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return [...text.matchAll(/\btest\(\s*['"`]([A-Z])\d+\.(\d+) /g)];
  });
  return new Set(titles.filter(([, letter]) => letter === part).map(([, , number]) => +number));
}

for (const { part, last } of parts) {
  test(`each of the scenarios ${part}.1 to ${part}.${last} has a test`, () => {
    const found = numbersIn(part);
    const all = Array.from({ length: last }, (_, i) => i + 1);
    assert.deepEqual(
      all.filter((number) => !found.has(number)),
      [],
    );
    assert.deepEqual(
      [...found].filter((number) => number > last),
      [],
    );
  });
}
