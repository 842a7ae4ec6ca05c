// A build with chosen layers: the tables that it is made with.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { writeChosen } from '../../tools/lib/chosen.mjs';

/** The tables for a choice. */
function tables(choice, check = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-chosen-'));
  try {
    writeChosen(folder, { layers: [], ops: [], ...choice });
    const read = (name) => readFileSync(join(folder, name), 'utf8');
    check(folder);
    return { layers: read('layers/layers.inc'), ops: read('ops/table/operations.inc') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const classesIn = (text) => [...text.matchAll(/(\w+)\)$/gm)].map(([, name]) => name);

test('the layers are those that were chosen, and Input', () => {
  const { layers } = tables({ layers: ['Dense', 'Conv2D'] });
  assert.deepEqual(classesIn(layers).sort(), ['Conv2D', 'Dense', 'InputLayer']);
});

test('a name that is part of another one chooses nothing else', () => {
  assert.deepEqual(classesIn(tables({ layers: ['Conv1D'] }).layers), ['InputLayer', 'Conv1D']);
  assert.doesNotMatch(tables({ ops: ['dot'] }).ops, /"(tensordot|vdot)"/);
});

test('activations, which layers take by name, are in every build; other operations when listed', () => {
  const { ops } = tables({ ops: ['reshape', 'image.resize'] });
  for (const name of ['activations.relu', 'softmax activations.softmax', 'reshape', 'image.resize'])
    assert.match(ops, new RegExp(`"${name}`), name);
  assert.match(ops, /#include "ops\/table\/families\.inc"/);
  assert.doesNotMatch(ops, /"einsum"/);
});

test('a name that does not exist is refused', () => {
  assert.throws(() => tables({ layers: ['Dense', 'Dens'] }), /layers\.inc has no Dens\./);
  assert.throws(() => tables({ ops: ['reshap'] }), /operations\.inc has no reshap\./);
});

test('the same choice leaves the files untouched, so that nothing is compiled again', () => {
  tables({ layers: ['Dense'] }, (folder) => {
    const path = join(folder, 'layers/layers.inc');
    const { mtimeMs } = statSync(path);
    writeChosen(folder, { layers: ['Dense'], ops: [] });
    assert.equal(statSync(path).mtimeMs, mtimeMs);
  });
});
