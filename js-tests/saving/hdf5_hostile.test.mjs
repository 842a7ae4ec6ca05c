// HDF5 files with unusual, contradictory and malicious contents: files that Keras opens open with the same predictions,
// files that it refuses are refused, and memory and time are bounded by the size of the file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { packed } from '../support/archives.mjs';
import { assertClose } from '../support/assertions.mjs';
import { withFile } from '../support/hdf5.mjs';
import { openHdf5 } from '../support/hdf5_reader.mjs';
import { hostileFiles, predictionOf } from '../support/hostile.mjs';
import * as keras from '../support/keras.mjs';

const files = hostileFiles('hdf5');
const whole = hostileFiles('archives').find(([name]) => name === 'whole')[1];
const members = unzipSync(whole);
const modelWith = (weights) => packed({ ...members, 'model.weights.h5': weights });
const bytesOf = (wanted) => files.find(([name]) => name === wanted)[1];

// Keras accepts these: it reads the chunk, knows all filters, and NumPy drops imaginary parts and precision with a warning.
const stricter = {
  'chunk of 1.2 GB': /declares 1.21 GB but only/,
  scaleoffset: /the filter scaleoffset, which is not supported/,
  complex64: /complex numbers \(complex64\)/,
  complex128: /complex numbers \(complex128\)/,
  longdouble: /extended floats of 16 bytes \(np.longdouble\)/,
};
const sentences = {
  ...stricter,
  compound: /records of several fields \(a compound type of 12 bytes\)/,
  strings: /strings of 3 bytes/,
  'strings of any length': /: strings\./,
  sequences: /sequences of any length/,
  arrays: /arrays \(an array type\)/,
  references: /: references\./,
  opaque: /opaque blocks of 2 bytes/,
  'soft link to itself': /Not allowed: H5 file with SoftLink/,
  'external link': /Not allowed: H5 file with ExternalLink/,
  'external storage': /Not allowed: H5 file with external Dataset/,
  'virtual dataset': /Not allowed: H5 file with virtual Dataset/,
  '16 TB of nothing': /declares 16.00 TB but only/,
  'end at byte 100': /Unable to synchronously open file/,
};

async function assertRefused(source, pattern = /./) {
  await assert.rejects(keras.loadModel(source), (error) => {
    assert.ok(error instanceof keras.KerasError, `${error.name}: ${error.message}`);
    assert.match(error.message, pattern);
    return true;
  });
}

test('the hostile files are found', () => assert.ok(files.length > 70));

for (const [name, weights, verdict] of files) {
  const opens = verdict.opens && !(name in stricter);
  test(`${name}: ${opens ? 'opens with the predictions of Keras' : 'refused with a KerasError'}`, async () => {
    if (!opens) await assertRefused(modelWith(weights), sentences[name]);
    else if (verdict.opens.includes(null))
      assert.deepEqual(await predictionOf(modelWith(weights)), verdict.opens);
    else assertClose(await predictionOf(modelWith(weights)), verdict.opens);
  });
}

test('models can still be saved and opened after all of these', async () => {
  const model = await keras.loadModel(modelWith(bytesOf('gzip')));
  assertClose(await predictionOf(await model.save()), await predictionOf(whole));
});

test('refusing files leaks no memory of the core', async () => {
  const before = keras.memory();
  for (const [name, weights] of files)
    if (/link|weight|shape|transposed|compound|bytes/.test(name))
      await keras.loadModel(modelWith(weights)).then(
        (model) => model.dispose(),
        () => undefined,
      );
  const { handles, buffers } = keras.memory();
  assert.deepEqual({ handles, buffers }, { handles: before.handles, buffers: before.buffers });
});

// --- Amplification ---

/** The weights of the whole file, edited. */
const edited = (change) => withFile(members['model.weights.h5'], 'a', change).bytes;

test('an array with thousands of names is not read thousands of times', async () => {
  const weights = edited((file) => {
    const vars = file.get('layers/dense/vars');
    file.create_dataset({ name: 'large', data: new Float32Array(2 ** 20), shape: [2 ** 20] });
    for (let i = 2; i < 2000; ++i) vars.create_hard_link('/large', String(i));
  });
  await assertRefused(modelWith(weights), /larger than the file of .* can hold/);
  const compressed = edited((file) => {
    const vars = file.get('layers/dense/vars');
    const data = new Float32Array(2 ** 20);
    file.create_dataset({
      name: 'large',
      data,
      shape: [2 ** 20],
      chunks: [2 ** 20],
      compression: 9,
    });
    for (let i = 2; i < 2000; ++i) vars.create_hard_link('/large', String(i));
  });
  await assertRefused(modelWith(compressed), /larger than the file of .* can hold/);
});

test('a string that a list refers to thousands of times is not decoded thousands of times', async () => {
  const { bytes } = withFile(undefined, 'w', (file) => {
    const texts = ['x'.repeat(60_000), ...Array.from({ length: 3000 }, () => 'y')];
    file.create_attribute('texts', texts);
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = findReference(view, 60_000);
  const reference = bytes.slice(first, first + 16);
  for (let i = 1; i <= 3000; ++i) bytes.set(reference, first + 16 * i);
  const file = await openHdf5(bytes);
  await assert.rejects(file.attribute('', 'texts'), /damaged file/);
});

// The position of a reference to a string of that length in a heap.
function findReference(view, length) {
  for (let at = 0; at + 16 <= view.byteLength; ++at) {
    if (view.getUint32(at, true) !== length) continue;
    const heap = view.getBigUint64(at + 4, true);
    if (heap + 4n <= view.byteLength && view.getUint32(Number(heap)) === 0x47434f4c) return at;
  }
  throw new Error('There is no such reference');
}

test('strings of size zero are refused, whatever their claimed number', async () => {
  const { bytes } = withFile(undefined, 'w', (file) => {
    file.create_attribute('texts', ['a', 'b', 'c'], [3], 'S7');
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = String.fromCharCode(...bytes).indexOf('texts\0');
  for (let at = name; at < name + 64 && at + 8 <= bytes.length; ++at) {
    if (view.getUint32(at, true) === 7) view.setUint32(at, 0, true);
    if (view.getBigUint64(at, true) === 3n) view.setBigUint64(at, 2n ** 52n, true);
  }
  const file = await openHdf5(bytes);
  await assert.rejects(file.attribute('', 'texts'), /elements of no size/);
});

test('a string of many zeros in a damaged legacy file is refused', async () => {
  const file = readFileSync(new URL('../fixtures/hostile/many_zeros.h5', import.meta.url));
  await assertRefused(
    file,
    /Unable to synchronously open file|Layer count mismatch|an attribute that is not a string/,
  );
});
