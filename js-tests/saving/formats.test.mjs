// File formats: which parts of the package know them, and how the reader of an HDF5 file is chosen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../../tools/lib/files.mjs';
import { withFile } from '../support/hdf5.mjs';
import { NeedsCompleteReader, openHdf5 } from '../support/hdf5_reader.mjs';
import * as keras from '../support/keras.mjs';

const web = fileURLToPath(new URL('../../web/', import.meta.url));

/** The files that each file of web/ imports, types included. */
const imports = new Map(
  filesBelow(web, '.ts').map((path) => {
    const text = readFileSync(path, 'utf8');
    const targets = [...text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)];
    return [
      relative(web, path),
      targets.map(([, target]) => relative(web, join(path, '..', target))),
    ];
  }),
);

function importsMatching(from, to) {
  return [...imports].flatMap(([path, targets]) =>
    from.test(path)
      ? targets.filter((each) => to.test(each)).map((each) => `${path}: ${each}`)
      : [],
  );
}

test('saving imports neither models nor layers', () => {
  assert.ok(importsMatching(/^saving\//, /./).length > 100);
  assert.deepEqual(importsMatching(/^saving\//, /^(models|layers)\//), []);
});

test('only the list of formats imports the folders of formats', () => {
  const others = /^(?!saving\/formats\/(formats\.ts|\w+\/))/;
  assert.deepEqual(importsMatching(others, /^saving\/formats\/\w+\//), []);
});

class Counting extends keras.Layer {
  static className = 'Counting';
  loads = 0;
  build() {
    this.scale = this.addWeight({ name: 'scale', shape: [1] });
  }
  call(x) {
    return keras.ops.multiply(x, this.scale);
  }
  loadOwnVariables(store) {
    ++this.loads;
    super.loadOwnVariables(store);
  }
}

test('the complete HDF5 reader is chosen before code of the model runs', async () => {
  const counting = new Counting();
  const dense = new keras.layers.Dense({ units: 30 });
  const model = new keras.Sequential([keras.Input({ shape: [40] }), counting, dense]);
  openHdf5(await model.saveWeights()).survey(); // what this package saves needs no library
  const kernel = Float32Array.from({ length: 1200 }, (_, i) => i);
  const { bytes } = withFile(undefined, 'w', (file) => {
    const layers = file.create_group('layers');
    const varsOf = (name) => layers.create_group(name).create_group('vars');
    varsOf('counting').create_dataset({ name: '0', data: Float32Array.of(2), shape: [1] });
    const vars = varsOf('dense');
    const chunked = { chunks: [20, 30], compression: 'gzip' };
    vars.create_dataset({ name: '0', data: kernel, shape: [40, 30], ...chunked });
    vars.create_dataset({ name: '1', data: new Float32Array(30), shape: [30] });
  });
  assert.throws(() => openHdf5(bytes).survey(), NeedsCompleteReader);
  await model.loadWeights(bytes);
  assert.equal(counting.loads, 1);
  assert.deepEqual(dense.getWeights()[0].data(), kernel);
});
