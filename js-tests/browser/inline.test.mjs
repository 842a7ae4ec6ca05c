// keras-wasm/inline where nothing else can be loaded: pages opened from a disk, service workers, the strictest policies.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { launch, serve } from './site.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const sources = fileURLToPath(new URL('inline_page', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-inline-'));

const expected = { running: { variant: 'simd', threads: 1 }, output: [[10, 10]] };
const html = (scripts) =>
  `<!doctype html><meta charset="utf-8"><title>Inline</title><link rel="icon" href="data:,">${scripts}`;

let browser;

before(async () => {
  const bundle = (name, format, outfile) =>
    build({
      entryPoints: [join(sources, `${name}.mjs`)],
      outfile: join(folder, outfile),
      alias: { 'keras-wasm/inline': join(checkout, 'dist/inline.js') },
      bundle: true,
      format,
    });
  await Promise.all([
    bundle('page', 'iife', 'page.js'),
    bundle('service_worker', 'iife', 'classic.js'),
    bundle('service_worker', 'esm', 'module.mjs'),
  ]);
  writeFileSync(join(folder, 'page.html'), html('<script src="./page.js"></script>'));
  writeFileSync(join(folder, 'index.html'), html(''));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What `body` returns for a page at an address, and the names of the files that the page and its workers request. */
async function onPage(address, body) {
  const context = await browser.newContext();
  try {
    const requests = [];
    context.on('request', (request) => requests.push(request.url().split('/').pop()));
    const page = await context.newPage();
    await page.goto(address);
    return { result: await page.evaluate(body.run, body.argument), requests };
  } finally {
    await context.close();
  }
}

test('a page that is opened from a disk runs models, and requests only its script', async () => {
  const { href } = pathToFileURL(join(folder, 'page.html'));
  const { result, requests } = await onPage(href, { run: () => globalThis.result });
  assert.deepEqual(result, expected);
  assert.deepEqual(requests, ['page.html', 'page.js']);
});

test('a page whose policy forbids connections, workers and code from text runs models', async () => {
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";
  const server = await serve('/', { folder, headers: { 'content-security-policy': policy } });
  try {
    const address = `${server.address}page.html`;
    const { result } = await onPage(address, { run: () => globalThis.result });
    assert.deepEqual(result, expected);
  } finally {
    await server.close();
  }
});

for (const [kind, script] of [
  ['classic', 'classic.js'],
  ['module', 'module.mjs'],
])
  test(`a ${kind} service worker runs models, and requests only its script`, async () => {
    const server = await serve('/', { folder });
    try {
      const { result, requests } = await onPage(server.address, {
        argument: { script, type: kind },
        run: async (given) => {
          await navigator.serviceWorker.register(given.script, { type: given.type });
          const { active } = await navigator.serviceWorker.ready;
          const { port1, port2 } = new MessageChannel();
          active.postMessage('use', [port2]);
          return await new Promise((resolve) => {
            port1.onmessage = ({ data }) => resolve(data);
          });
        },
      });
      assert.deepEqual(result, expected);
      assert.deepEqual(
        requests.filter((name) => name !== '' && name !== script),
        [],
      );
    } finally {
      await server.close();
    }
  });
