// Saves clones as a visitor of the demo site does, with the predictions that the page shows. run.mjs has Keras open them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSite, previewSite } from '../demo.mjs';
import { chromiumSwitches, ensureChromium } from '../lib/chromium.mjs';
import { checkout } from '../lib/paths.mjs';
import { asWritten, memberText, withRaw } from './json_text.mjs';

// A sample of digits and a recipe for each file.
const visits = [
  ['digits.keras', 'quantize'],
  ['digits.keras', 'dropout'],
  ['digits_nested.keras', 'rename'],
  ['digits_rnn.keras', 'prune'],
];

/** Writes FOLDER/manifest.json (README.md) and the downloaded files. Builds the site from dist/ as it is. */
export async function saveFromSite(folder) {
  await mkdir(folder, { recursive: true });
  await buildSite();
  const { chromium } = await import('playwright-core');
  const server = await previewSite();
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: chromiumSwitches,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(server.resolvedUrls.local[0]);
    await idle(page);
    const cases = [];
    for (const [sample, recipe] of visits) {
      await page.click(`[data-sample="${sample}"]`);
      await says(page, `${sample} is open.`);
      await page.selectOption('#recipe', recipe);
      await idle(page);
      await page.click('.held-out li:nth-child(8) button');
      await idle(page);
      cases.push(await visited(page, folder, `${recipe} of ${sample} in the demo site`));
    }
    await writeFile(join(folder, 'manifest.json'), withRaw(JSON.stringify({ cases })));
  } finally {
    await browser.close();
    await server.close();
  }
}

async function visited(page, folder, name) {
  const file = `${name.replace(/\W+/g, '_')}.keras`;
  const keras = await download(page, '#download');
  await writeFile(join(folder, file), keras);
  const json = String(await download(page, '#download-json'));
  const outputs = await page.$$eval('#outputs .number.clone', (all) =>
    all.map(({ dataset }) => Number(dataset.value)),
  );
  return {
    ...{ name, file },
    config: asWritten(memberText(json, 'config')),
    inputs: { structure: 0, tensors: [await firstSeven()] },
    outputs: { structure: 0, tensors: [described([1, outputs.length], outputs)] },
  };
}

const described = (shape, data) => ({ shape, dtype: 'float32', data });

// The held-out digit on the eighth button.
async function firstSeven() {
  const path = join(checkout, 'demo/models/digits_heldout.json');
  const { labels, pixels_base64: text } = JSON.parse(await readFile(path, 'utf8'));
  const at = 64 * labels.indexOf(7);
  return described([1, 8, 8, 1], [...Buffer.from(text, 'base64').subarray(at, at + 64)]);
}

async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  const bytes = await readFile(await file.path());
  await idle(page);
  return bytes;
}

const idle = (page) => page.waitForSelector('#main[aria-busy=false]');

async function says(page, text) {
  await page.waitForFunction(
    (expected) => document.querySelector('#status')?.textContent === expected,
    text,
  );
  await idle(page);
}
