// Starts the page: connects opening, links and downloads with the workbench.
import { byId, html } from './dom.js';
import * as engine from './engine/engine.js';
import { onFiles } from './page/file-drop.js';
import { readLink, writeLink, type LinkState } from './page/link.js';
import { keepForOffline } from './page/offline.js';
import { fetchSample, samples, type Sample } from './page/samples.js';
import { connectFullScreen } from './page/full-screen.js';
import { connectTakeAway } from './page/take-away.js';
import { connectTiming } from './page/timing.js';
import { Workbench } from './page/workbench.js';

const workbench = new Workbench<Sample>(remember);
const { hook, results } = workbench;

const buttons = new Map(samples.map((each) => [each, sampleButton(each)]));
byId('samples', HTMLUListElement).append(
  ...[...buttons.values()].map((button) => html('li', {}, button)),
);
const drop = byId('drop', HTMLElement);
onFiles(byId('file', HTMLInputElement), drop, (files) => {
  void workbench.open(mainName(files), async () => (files.length === 1 ? files[0] : files));
});
const pasted = byId('pasted', HTMLTextAreaElement);
byId('open-pasted', HTMLButtonElement).addEventListener('click', () => {
  void workbench.open('pasted.json', async () => new Blob([pasted.value]));
});
connectTakeAway(workbench, () => {
  remember();
  return workbench.origin ? location.href : null;
});
connectFullScreen(byId('full-screen', HTMLButtonElement), byId('graph-pane', HTMLElement));
connectTiming(
  (side, runs) => results.times(side, runs),
  (what, task) => workbench.work(what, task),
);
void begin();
addEventListener('hashchange', () => {
  if (location.hash !== written) void follow(readLink(location.hash));
});

// Of several files, one lists the others.
function mainName(files: readonly [File, ...File[]]): string {
  return (files.find(({ name }) => name.endsWith('.json')) ?? files[0]).name;
}

async function begin(): Promise<void> {
  void engine.start().catch(() => undefined); // opening a model reports the failure
  await results.loadHeldOut();
  await follow(readLink(location.hash));
  void keepForOffline();
}

async function follow(link: LinkState): Promise<void> {
  if (link.seed !== null) results.form.seed = link.seed;
  if (link.code !== null) {
    hook.offer(link.code);
    workbench.hold();
  } else if (link.recipe !== null) {
    hook.choose(link.recipe);
  }
  if (link.slider !== null) hook.start = link.slider;
  const chosen = samples.find(({ file }) => file === link.sample) ?? samples[0];
  await openSample(chosen);
}

let written = '';

function remember(): void {
  if (!workbench.name) return;
  pressButton();
  const { recipe } = hook;
  written = writeLink({
    sample: workbench.origin?.file ?? null,
    recipe,
    code: recipe === null ? hook.code.text : null,
    slider: hook.value ?? hook.start,
    seed: results.form.seed,
  });
  history.replaceState(null, '', written);
}

function sampleButton(each: Sample): HTMLButtonElement {
  const button = html(
    'button',
    { type: 'button', 'data-sample': each.file, 'aria-pressed': 'false' },
    each.title,
  );
  button.addEventListener('click', () => void openSample(each));
  return button;
}

function openSample(each: Sample): Promise<void> {
  return workbench.open(each.file, () => fetchSample(each), each);
}

// The button of the sample that is open is pressed.
function pressButton(): void {
  for (const [each, button] of buttons)
    button.setAttribute('aria-pressed', String(each === workbench.origin));
}
