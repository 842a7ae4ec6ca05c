// Images as data of `keras-wasm predict`: what it predicts is what it predicts for their pixels as JSON.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { command, commandIn } from '../support/command.mjs';
import * as K from '../support/keras.mjs';

const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-images-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const { run, succeed } = commandIn(folder);

const pixels = (count, step) => Uint8Array.from({ length: count }, (_, i) => (i * step) % 256);
const gray = pixels(6 * 5, 7);
const color = pixels(6 * 5 * 3, 11);
const large = pixels(12 * 10 * 3, 13);

/** Writes a model whose output is all of its input. */
async function saveModel(name, shape) {
  await new K.Sequential([K.Input({ shape }), new K.layers.Flatten()]).save(join(folder, name));
}

const predict = (...args) => JSON.parse(succeed(['predict', ...args]));

before(async () => {
  const write = (name, data, width, height, channels) =>
    sharp(data, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .toFile(join(folder, name));
  await write('gray.png', gray, 6, 5, 1);
  await write('color.png', color, 6, 5, 3);
  await write('large.png', large, 12, 10, 3);
  await write('alpha.png', pixels(6 * 5 * 4, 3), 6, 5, 4);
  await saveModel('gray.keras', [5, 6, 1]);
  await saveModel('color.keras', [5, 6, 3]);
  await saveModel('first.keras', [3, 5, 6]);
  await saveModel('any.keras', [null, null, 3]);
  await saveModel('vector.keras', [4]);
});

test('the elements are those of the image, from 0 to 255', () => {
  assert.deepEqual(predict('gray.keras', 'gray.png'), [[...gray]]);
  assert.deepEqual(predict('color.keras', 'color.png'), [[...color]]);
  assert.deepEqual(predict('any.keras', 'large.png'), [[...large]]);
});

test('channels are those of the input', () => {
  // As Pillow documents it: L = R * 299/1000 + G * 587/1000 + B * 114/1000, rounded.
  const [asGray] = predict('gray.keras', 'color.png');
  asGray.forEach((value, i) => {
    const [red, green, blue] = color.subarray(3 * i);
    assert.ok(Math.abs(value - (299 * red + 587 * green + 114 * blue) / 1000) < 0.51);
    assert.ok(Number.isInteger(value));
  });
  assert.deepEqual(predict('color.keras', 'gray.png'), [[...gray].flatMap((each) => [each, each, each])]); // prettier-ignore
  const [withoutAlpha] = predict('color.keras', 'alpha.png');
  assert.equal(withoutAlpha.length, 90);
  const [first] = predict('first.keras', 'color.png');
  assert.deepEqual(first.slice(0, 30), [...color].filter((_, i) => i % 3 === 0)); // prettier-ignore
});

test('an image is resized to the input as keras.ops.image.resize does', () => {
  const resized = K.ops.image.resize(K.tensor(Float32Array.from(large), [1, 10, 12, 3]), [5, 6]);
  assert.deepEqual(predict('color.keras', 'large.png')[0].map(Math.fround), [...resized.data()]);
});

test('several images are the samples of one input', () => {
  assert.deepEqual(predict('color.keras', 'color.png', 'large.png'), [
    ...predict('color.keras', 'color.png'),
    ...predict('color.keras', 'large.png'),
  ]);
  const { status, stderr } = run(['predict', 'any.keras', 'color.png', 'large.png']);
  assert.equal(status, 1);
  assert.match(stderr, /large\.png: its shape \(10, 12, 3\) differs from that of color\.png/);
});

test('what is not an image, and an input that takes none, are errors that name the file', () => {
  writeFileSync(join(folder, 'broken.png'), 'not an image');
  assert.match(run(['predict', 'gray.keras', 'broken.png']).stderr, /^keras-wasm: broken\.png: /);
  assert.match(
    run(['predict', 'vector.keras', 'gray.png']).stderr,
    /gray\.png: the input '.*' does not take images/,
  );
});

test('without the package sharp, the message says to install it', () => {
  const alone = join(folder, 'alone');
  cpSync(dirname(command), alone, { recursive: true });
  const args = [join(alone, 'command.mjs'), 'predict', 'gray.keras', 'gray.png'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /images are read by the package sharp: install it beside keras-wasm/);
});
