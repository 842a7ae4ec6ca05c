// Serves the built demo page and opens it in Chromium, recording everything that goes wrong in it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumSwitches } from '../../tools/lib/chromium.mjs';
import { filesOf, serveFiles } from '../../tools/lib/file_server.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const site = join(checkout, 'build/site');

/** The path of a file in demo/models. */
export const modelPath = (name) => join(checkout, 'demo/models', name);

/** Keras's answers for the sample models. */
export const recorded = JSON.parse(readFileSync(modelPath('digits.json'), 'utf8'));

const edits = JSON.parse(readFileSync(join(checkout, 'js-tests/fixtures/demo_edits.json'), 'utf8'));

/**
 * The accuracy of digits.keras in Keras, as the page writes it: of the model itself, or after an edit that
 * tools/fixtures/make_edits.py has measured.
 */
export function kerasAccuracy(edit = 'original', setting) {
  const { [edit]: measured } = edits.correct;
  const correct = setting === undefined ? measured : measured[setting];
  assert.ok(correct > 0, `Keras has not measured ${edit} ${setting}`);
  return `${((100 * correct) / edits.count).toFixed(1)} %`;
}

/**
 * Serves the site, or another folder, below a path such as `/` or `/some/folder/`. `headers` are sent with every file.
 */
export async function serve(base = '/', { folder = site, headers = {} } = {}) {
  for (const path of [join(checkout, 'dist/index.js'), join(folder, 'index.html')])
    assert.ok(existsSync(path), `${path} is missing: run \`npm run demo\` first`);
  const { address, close } = await serveFiles(filesOf(folder, base), headers);
  return { address: address + encodeURI(base), close };
}

/** Chromium with an empty profile. */
export function launch() {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: chromiumSwitches });
}

/** Opens the page and waits until its first model is shown. `page.troubles` lists what went wrong. */
export async function openPage(browser, address, { hash = '', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // on a busy machine
  page.troubles = [];
  const note = (...parts) => page.troubles.push(parts.join(' '));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note('console:', message.text());
  });
  page.on('pageerror', (error) => note('thrown:', error.stack));
  page.on('crash', () => note('the page crashed'));
  page.on('requestfailed', (request) =>
    note('failed:', request.url(), request.failure()?.errorText),
  );
  page.on('response', (answer) => {
    if (answer.status() >= 400) note(answer.status(), answer.url());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(address).origin)
      note('asks elsewhere:', request.url());
  });
  await page.goto(address + hash);
  await idle(page);
  return page;
}

/** Waits until the page has finished its work and drawn the graphs. */
export async function idle(page) {
  await page.waitForSelector('#main[aria-busy=false]');
  await page.waitForSelector('.graph-frame[aria-busy=true]', { state: 'detached' });
}

/** Waits until the details of the selected layer are shown, and returns their text. */
export async function details(page) {
  await page.waitForSelector('.details:not([hidden])[aria-busy=false]');
  return page.textContent('.details');
}

export async function openSample(page, file) {
  await page.click(`[data-sample="${file}"]`);
  await opened(page, file);
}

/** Waits until the page says that this file is open and has cloned it. */
export async function opened(page, name) {
  await page.waitForFunction(
    (text) => document.querySelector('#status')?.textContent === text,
    `${name} is open.`,
  );
  await idle(page);
}

export async function chooseRecipe(page, id) {
  await page.selectOption('#recipe', id);
  await idle(page);
}

/** Picks a file in the file dialog. */
export async function pick(page, name, buffer) {
  await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
}

/** One number or text that the table shows about a model. `side` is `original` or `clone`. */
export const fact = (page, side, name) =>
  page.textContent(`#numbers [data-fact=${name}] [data-side=${side}]`);

/** Paths of the boxes of a graph, in drawing order. */
export const boxes = (page, side) =>
  page.$$eval(`.graph-frame[data-side=${side}] .box`, (all) => all.map((box) => box.dataset.path));

/** Paths of the boxes that are marked as `added`, `removed`, `changed`, `rewired` or `weights`. */
export const marked = (page, side, change) =>
  page.$$eval(`.graph-frame[data-side=${side}] .box.${change}`, (all) =>
    all.map((box) => box.dataset.path),
  );

/** The values of the outputs of a model, in the order of the bars. */
export const outputs = (page, side) =>
  page.$$eval(`#outputs .number.${side}`, (all) => all.map((each) => Number(each.dataset.value)));

/** The accuracy of a model on the held-out digits, as the page shows it. */
export const accuracy = (page, side) => page.textContent(`[data-accuracy=${side}]`);

/** Shows `original`, `clone`, `both` or, on a phone, `code`. */
export const view = (page, name) => page.click(`#views label:has([value=${name}])`);

/** Replaces the code of the hook, as a person would: select all, type. */
export async function typeCode(page, code) {
  if (await page.isVisible('#edit')) await page.click('#edit');
  await page.click('.editor .cm-content');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(code);
}

/** Moves the slider by keys until it has this value. */
export async function slide(page, value) {
  await page.focus('#slider');
  const key = Number(await page.inputValue('#slider')) < value ? 'ArrowRight' : 'ArrowLeft';
  while (Number(await page.inputValue('#slider')) !== value) await page.keyboard.press(key);
  await idle(page);
}
