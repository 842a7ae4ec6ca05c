// What pages do otherwise than Node when they open and save files: the cache of downloads, and the writer of ONNX.
/* global keras */ // of the pages
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as inNode from '../support/keras.mjs';
import { faultsOf, readOnnx } from '../support/onnx_file.mjs';
import { launch, serve } from './site.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(checkout, 'build/saving-page');
const model = readFileSync(join(checkout, 'js-tests/fixtures/files/functional.keras'));

let browser, site;

before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(checkout, 'dist'), folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Saving</title>');
  [browser, site] = await Promise.all([launch(), serve('/', { folder })]);
});

after(async () => {
  await browser?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens an empty page with the package as a global `keras`. `page.asked` lists the requests of files. */
async function open(t) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.asked = [];
  page.on('request', (request) =>
    page.asked.push(`${request.method()} ${new URL(request.url()).pathname.split('/').at(-1)}`),
  );
  const served = { etag: '"one"' };
  await context.route(/model\.keras$/, (route) =>
    route.fulfill({
      status: 200,
      headers: { etag: served.etag },
      body: route.request().method() === 'HEAD' ? '' : model,
    }),
  );
  await page.goto(site.address);
  await page.evaluate(async () => {
    globalThis.keras = await import('./index.js');
    await keras.initialize({ variant: 'simd' });
  });
  return { page, served };
}

test('a page keeps a download in its cache until the ETag changes', async (t) => {
  const { page, served } = await open(t);
  const load = () =>
    page.evaluate(async () => {
      const opened = await keras.loadModel('./model.keras', { cache: 'digits' });
      return opened.countParams();
    });
  const ofModel = () => page.asked.filter((each) => each.endsWith('model.keras'));
  assert.equal(await load(), 11);
  assert.equal(await load(), 11);
  assert.deepEqual(ofModel(), ['GET model.keras', 'HEAD model.keras']);
  served.etag = '"two"';
  assert.equal(await load(), 11);
  assert.deepEqual(ofModel().slice(2), ['HEAD model.keras', 'GET model.keras']);
});

test('only saving as ONNX loads its writer', async (t) => {
  const { page } = await open(t);
  const asked = () => page.asked.filter((each) => each.endsWith('keras-onnx.mjs')).length;
  await page.evaluate(async () => {
    globalThis.opened = await keras.loadModel('./model.keras');
    await globalThis.opened.save();
  });
  assert.equal(asked(), 0);
  const bytes = await page.evaluate(async () => [
    ...(await globalThis.opened.save(undefined, { format: 'onnx' })),
  ]);
  assert.equal(asked(), 1);
  assert.deepEqual(faultsOf(readOnnx(Uint8Array.from(bytes)).graph), []);
});

test('a model is saved to a file handle of the page, and opens from it', async (t) => {
  const { page } = await open(t);
  const result = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('copy.keras', { create: true });
    const original = await keras.loadModel('./model.keras');
    const seen = [];
    const returned = await original.save(handle, { onProgress: (each) => seen.push(each) });
    const again = await keras.loadModel(handle);
    const { size } = await handle.getFile();
    const same = keras.diffModels(original, again).sameWeights;
    return { returned, last: seen.at(-1), size, same, weights: original.weights.length };
  });
  assert.equal(result.returned, undefined);
  assert.deepEqual(result.last, { phase: 'write', loaded: result.size, total: result.size });
  assert.equal(result.same, result.weights);
});

test('the file of a handle stays as it was when saving to it is stopped', async (t) => {
  const { page } = await open(t);
  const text = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('kept.keras', { create: true });
    const stream = await handle.createWritable();
    await stream.write('before');
    await stream.close();
    const model = await keras.loadModel('./model.keras');
    const stopped = new AbortController();
    const onProgress = ({ phase }) => phase === 'write' && stopped.abort();
    await model.save(handle, { signal: stopped.signal, onProgress }).catch(() => undefined);
    return await (await handle.getFile()).text();
  });
  assert.equal(text, 'before');
});

test('a page reads a file on its server in ranges', async (t) => {
  const x = new inNode.Input({ shape: [1000] });
  const wide = new inNode.layers.Dense({ units: 1000, name: 'wide' });
  const bytes = Buffer.from(await new inNode.Sequential([x, wide]).save());
  const { page } = await open(t);
  const ranges = [];
  await page.context().route(/large\.keras$/, (route) => {
    const { range } = route.request().headers();
    ranges.push(range);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (start === undefined) return route.fulfill({ status: 200, body: bytes });
    const body = bytes.subarray(Number(start), Number(end) + 1);
    const last = Number(start) + body.length - 1;
    const headers = { 'content-range': `bytes ${start}-${last}/${bytes.length}` };
    return route.fulfill({ status: 206, headers, body });
  });
  const found = await page.evaluate(async () => {
    const file = await keras.openModel('./large.keras');
    globalThis.file = file;
    return file.layers.map(({ name }) => name);
  });
  assert.ok(found.includes('wide'));
  assert.ok(ranges.length >= 2 && ranges.every((range) => range !== undefined), ranges.join());
  assert.equal(
    await page.evaluate(async () => (await globalThis.file.load()).countParams()),
    1_001_000,
  );
  assert.equal(ranges.at(-1), undefined);
});
