// What a page is told when the core cannot be downloaded or must not run.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, serve } from './site.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(checkout, 'build/start-errors-page');

let browser, site, elsewhere, strict;

before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(checkout, 'dist'), folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Start</title>');
  const headers = { 'content-security-policy': "default-src 'self'" };
  [browser, site, elsewhere, strict] = await Promise.all([
    launch(),
    serve('/', { folder }),
    serve('/', { folder }),
    serve('/', { folder, headers }),
  ]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site, elsewhere, strict].map((server) => server?.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** The message of the error that `initialize(options)` raises in a page; `answer` is what requests of a .wasm get. */
async function failure(address, options, answer) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    if (answer) await page.route(/\.wasm$/, (route) => route.fulfill(answer));
    await page.goto(address);
    return await page.evaluate(async (given) => {
      const { initialize } = await import('./index.js');
      return await initialize(given).then(
        () => 'it started',
        ({ message }) => message,
      );
    }, options);
  } finally {
    await context.close();
  }
}

const served = { contentType: 'application/wasm' };
for (const [what, answer, expected] of [
  ['a missing file', { status: 404 }, /^Could not fetch .*keras\S*\.wasm: HTTP 404\./],
  [
    'a web page served as application/wasm',
    { ...served, body: '<!DOCTYPE html><p>not here</p>' },
    /keras\S*\.wasm is not WebAssembly: an HTML page came back/,
  ],
  [
    'a Git LFS pointer served as application/wasm',
    { ...served, body: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n' },
    /keras\S*\.wasm is not WebAssembly: it is a Git LFS pointer/,
  ],
])
  test(`a page is told of ${what}, and what to do`, async () => {
    const message = await failure(site.address, undefined, answer);
    assert.match(message, expected);
    assert.match(message, /pass `wasmUrl` or `wasmBinary`/);
  });

test('a page is told which address another origin does not share', async () => {
  const wasmUrl = `${elsewhere.address}keras.wasm`;
  const message = await failure(site.address, { wasmUrl });
  assert.ok(message.startsWith(`Could not fetch ${wasmUrl}`), message);
});

test('a page is told of a host that does not exist', async () => {
  const wasmUrl = 'http://no-such-host.invalid/keras.wasm';
  const message = await failure(site.address, { wasmUrl });
  assert.ok(message.startsWith(`Could not fetch ${wasmUrl}`), message);
});

test("a page whose policy forbids WebAssembly is told of 'wasm-unsafe-eval'", async () => {
  const message = await failure(strict.address);
  assert.match(message, /add 'wasm-unsafe-eval' to its script-src/);
});
