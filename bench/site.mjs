// The demo site with large models: how long a visitor waits, and how long the page's own thread is busy meanwhile.
//
// `node bench/site.mjs` prints the table for build/site as it is; `npm run bench -- --sections site` builds it first.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumSwitches, ensureChromium } from '../tools/lib/chromium.mjs';
import {
  fileOf100Megabytes,
  fileOfConfig,
  irregularConfig,
  regularConfig,
} from '../tools/lib/large_models.mjs';
import { longTasks } from '../tools/lib/main_thread.mjs';
import { checkout } from '../tools/lib/paths.mjs';
import { renderers } from './places/chromium.mjs';
import { largestSize } from './places/resident_size.mjs';
import { serve } from './places/server.mjs';
import { textTable } from './table.mjs';

const layerCount = 5000;

/**
 * Rows of `{ what, shown, done, longest, tasks, memory }`: ms until the graph is there (not when saving) and until the page
 * is ready again, ms of the longest task of the page's thread, how many took more than 50 ms, and the largest resident size of
 * the page's process, with its workers, in bytes.
 */
export async function measureSite() {
  const keras = await import('../dist/index.js');
  await keras.initialize();
  const { chromium } = await import('playwright-core');
  const server = await serve({ site: join(checkout, 'build/site') });
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-site-'));
  const files = {
    regular: await fileOfConfig(keras, regularConfig(layerCount)),
    irregular: await fileOfConfig(keras, irregularConfig(layerCount)),
    dense: await fileOf100Megabytes(keras),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(pathOf(folder, name), bytes);
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: chromiumSwitches,
  });
  const visit = (use) => withPage(browser, `${server.address}site/index.html`, use);
  try {
    const rows = [];
    for (const name of ['regular', 'irregular'])
      rows.push(
        await visit((page) => openFile(browser, page, folder, name, `5,000 ${name} layers`)),
      );
    await visit(async (page) => {
      rows.push(await openFile(browser, page, folder, 'dense', '100 MB'));
      rows.push(await saveClone(browser, page, '100 MB'));
    });
    return { browser: `Chromium ${browser.version()}`, rows };
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

const pathOf = (folder, name) => join(folder, `${name}.keras`);

async function withPage(browser, address, use) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  try {
    await page.goto(address);
    await idle(page);
    await page.selectOption('#recipe', 'plain');
    await idle(page);
    await page.click('#views label:has([value=original])');
    return await use(page);
  } finally {
    await context.close();
  }
}

async function idle(page) {
  await page.waitForSelector('#main[aria-busy=false]');
  await page.waitForSelector('.graph-frame[aria-busy=true]', { state: 'detached' });
}

const says = (page, text) =>
  page.waitForFunction(
    (expected) => new RegExp(expected).test(document.querySelector('#status')?.textContent ?? ''),
    text,
  );

async function openFile(browser, page, folder, name, title) {
  return await watched(browser, page, `open ${title}`, async (start) => {
    await page.setInputFiles('#file', pathOf(folder, name));
    await page.waitForSelector(`[data-side=original] [data-path^=${name}_0]`);
    const shown = performance.now() - start;
    await says(page, `^${name}\\.keras is open`);
    return { shown };
  });
}

async function saveClone(browser, page, title) {
  return await watched(browser, page, `save the clone of ${title}`, async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    await download.path();
    await says(page, 'saved and opened again');
    return {};
  });
}

async function watched(browser, page, what, run) {
  let measured;
  const tasks = await longTasks(
    browser,
    page,
    async () => {
      const start = performance.now();
      measured = { ...(await run(start)), done: performance.now() - start };
      await idle(page);
    },
    1,
  );
  return {
    what,
    ...measured,
    longest: tasks[0]?.ms ?? 0,
    tasks: tasks.filter(({ ms }) => ms > 50).length,
    memory: Math.max(...(await renderers(browser)).map(largestSize)),
  };
}

/** The head and the rows of the table, as text. */
export function siteRows({ rows }) {
  const ms = (value) => (value === undefined ? '-' : value.toFixed(0));
  return [
    ['what', 'graph shown', 'ready', 'longest task', 'tasks over 50 ms', 'memory MB'],
    ...rows.map(({ what, shown, done, longest, tasks, memory }) => [
      what,
      ...[shown, done, longest, tasks].map(ms),
      (memory / 1e6).toFixed(0),
    ]),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const measured = await measureSite();
  console.log(`${measured.browser}\n${textTable(siteRows(measured))}`);
  process.exit(); // the engine's worker
}
