// How much memory opening and saving a large `.keras` file takes, beside its size: in Node, and in a page of Chromium.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumSwitches, ensureChromium } from '../tools/lib/chromium.mjs';
import { renderers } from './places/chromium.mjs';
import { largestSize, resetLargestSize } from './places/resident_size.mjs';
import { serve } from './places/server.mjs';
import { markdownTable, textTable } from './table.mjs';

/** Megabytes of the weights. */
const sizes = [100, 1000];
const program = fileURLToPath(new URL('file_memory_process.mjs', import.meta.url));

/**
 * For each size: `load` and `save` say how much the largest resident size of the process grew while a model was opened from its
 * file and while it was saved to bytes, in sizes of the file. `config` is the time of `openModel` in milliseconds.
 *
 * @returns [{ place, size, load, save, config }]
 */
export async function measureFileMemory({ dist, quick = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-memory-'));
  const rows = [];
  try {
    for (const megabytes of quick ? sizes.slice(0, 1) : sizes) {
      const path = join(folder, `${megabytes}.keras`);
      await inProcess(dist, 'make', path, String(megabytes));
      const { size } = statSync(path);
      const relative = ({ load, save, config }) => ({
        size,
        load: load / size,
        save: save / size,
        config,
      });
      rows.push({
        place: `Node ${process.versions.node}`,
        ...relative(await inProcess(dist, 'measure', path)),
      });
      rows.push(await inPage(dist, path, relative));
      rmSync(path);
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inProcess(dist, ...args) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'inherit'];
    const child = spawn(process.execPath, ['--expose-gc', program, dist, ...args], { stdio });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output || 'null'));
      else reject(new Error(`${args[0]} of a large file failed (exit code ${code})`));
    });
  });
}

async function inPage(dist, path, relative) {
  const { chromium } = await import('playwright-core');
  const server = await serve({ dist });
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    // Without a spare renderer: the only one belongs to the page.
    args: [
      ...chromiumSwitches,
      '--disable-features=SpareRendererForSitePerProcess',
      '--js-flags=--expose-gc',
    ],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    // Any document of that origin does.
    await page.goto(`${server.address}dist/keras.mjs`);
    await page.evaluate(async () => {
      globalThis.keras = await import('/dist/index.js');
      await globalThis.keras.initialize({ variant: 'simd', rest: 'wait' });
      document.body.innerHTML = '<input type="file">';
    });
    await page.setInputFiles('input', path);
    const [renderer] = await renderers(browser);
    const grown = async (step) => {
      await page.evaluate(() => globalThis.gc());
      const before = resetLargestSize(renderer);
      const result = await page.evaluate(step);
      return { result, growth: largestSize(renderer) - before };
    };
    const config = await grown(async () => {
      const started = performance.now();
      const file = await globalThis.keras.openModel(document.querySelector('input').files[0]);
      const time = performance.now() - started;
      await file.dispose();
      return time;
    });
    const load = await grown(async () => {
      globalThis.model = await globalThis.keras.loadModel(document.querySelector('input').files[0]);
    });
    const save = await grown(async () => (await globalThis.model.save()).length);
    const all = { config: config.result, load: load.growth, save: save.growth };
    return { place: `Chromium ${browser.version()}`, ...relative(all) };
  } finally {
    await browser.close();
    await server.close();
  }
}

function table(rows) {
  const cells = rows.map(({ place, size, load, save, config }) => [
    place,
    `${Math.round(size / 1e6)} MB`,
    load.toFixed(2),
    save.toFixed(2),
    config.toFixed(0),
  ]);
  return [['place', 'file', 'open', 'save', 'config only, ms'], ...cells];
}

export const fileMemoryText = (rows) => textTable(table(rows));
export const fileMemoryMarkdown = (rows) => markdownTable(table(rows));
