// Contenders in Chromium: one page each, in its own browser context and renderer process.
import { chromiumSwitches, ensureChromium } from '../../tools/lib/chromium.mjs';
import { threads } from '../contenders.mjs';
import { inPackages } from '../packages.mjs';
import { bundleForPages } from './bundles.mjs';
import { largestSize } from './resident_size.mjs';
import { serve } from './server.mjs';

const switches = [
  ...chromiumSwitches,
  // Without a spare renderer: the new process belongs to the new page.
  '--disable-features=SpareRendererForSitePerProcess',
];

/**
 * Chromium with a line of so many megabits per second, for starts alone: pages are throttled, their workers are not, and
 * large models would take minutes.
 */
export async function slowChromiumPlace(name, files, megabits) {
  const { open: _, ...place } = await chromiumPlace(name, { ...files, megabits });
  return {
    ...place,
    title: `${place.title}, a line of ${megabits} Mbit/s`,
    kinds: ['relaxed', 'plain'],
    started: ['cnn', 'mobilenetv2'],
  };
}

/** Chromium as a place: see places/node.mjs. `distributions`: { 'keras-wasm': dist/, before?: another } */
export async function chromiumPlace(name, { distributions, modelFolder, megabits }) {
  const { chromium } = await import('playwright-core');
  const executablePath = await ensureChromium();
  const pages = await bundleForPages(distributions);
  const server = await serve({
    pages,
    packages: inPackages(),
    models: modelFolder,
    ...distributions,
  });
  const browser = await chromium.launch({ executablePath, args: switches });
  return {
    name,
    title: `Chromium ${browser.version()}`,
    kinds: ['relaxed', 'plain', 'threads'],
    open: (contender) => openActor(browser, server, contender),
    startOnce: (job) => startOnce(browser, server, job, megabits),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function openPage(browser, address, megabits) {
  const context = await browser.newContext();
  const page = await context.newPage();
  if (megabits !== undefined) await throttle(context, page, megabits);
  page.setDefaultTimeout(120_000);
  let crashed;
  const crash = new Promise((_, reject) => (crashed = reject));
  crash.catch(() => {});
  page.on('crash', () => crashed(new Error('the page crashed')));
  page.on('pageerror', (error) => crashed(error));
  await page.goto(address);
  return { page, context, crash };
}

async function throttle(context, page, megabits) {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const bytes = (megabits * 1e6) / 8;
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20, // milliseconds
    downloadThroughput: bytes,
    uploadThroughput: bytes,
  });
}

const unpack = ({ result, error }) => {
  if (error) throw new Error(error);
  return result;
};

async function openActor(browser, server, contender) {
  const { page, context, crash } = await openPage(browser, server.address);
  await page.waitForFunction(() => 'callActor' in globalThis);
  return {
    async call(method, parameters) {
      const all = { contender, threads, ...parameters };
      const answer = page.evaluate(
        ([name, given]) => globalThis.callActor(name, given),
        [method, all],
      );
      return unpack(await Promise.race([answer, crash]));
    },
    close: () => context.close(),
  };
}

/**
 * A page that does the job of startOnce(). Adds `memory`, the largest resident size of its process
 * in bytes, and `files`, what it asked for.
 */
async function startOnce(browser, server, job, megabits) {
  const before = await renderers(browser);
  server.takeFiles();
  const query = `?job=${encodeURIComponent(JSON.stringify({ ...job, threads }))}`;
  const { page, context, crash } = await openPage(browser, server.address + query, megabits);
  try {
    await page.waitForFunction(() => 'started' in globalThis);
    const answer = page.evaluate(() => globalThis.started);
    const result = unpack(await Promise.race([answer, crash]));
    const added = (await renderers(browser)).filter((id) => !before.includes(id));
    return { ...result, memory: Math.max(...added.map(largestSize)), files: server.takeFiles() };
  } finally {
    await context.close();
  }
}

/** The ids of the processes of pages. */
export async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
