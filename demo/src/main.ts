// Starts the page: connects opening, links and downloads with the workbench.
import { byId, html } from './dom.js';
import * as engine from './engine/engine.js';
import { pngFile, svgText, type SvgPart } from './graph/svg-file.js';
import { onFile } from './page/file-drop.js';
import { readLink, writeLink, type LinkState } from './page/link.js';
import { keepForOffline } from './page/offline.js';
import { offer } from './page/offer.js';
import { fetchSample, samples, type Sample } from './page/samples.js';
import { snippetOf } from './page/snippet.js';
import { connectTiming } from './page/timing.js';
import { Workbench } from './page/workbench.js';

let sample: Sample | null = null;
const workbench = new Workbench(remember);
const { hook, results } = workbench;

const buttons = new Map(samples.map((each) => [each, sampleButton(each)]));
byId('samples', HTMLUListElement).append(
  ...[...buttons.values()].map((button) => html('li', {}, button)),
);
const drop = byId('drop', HTMLElement);
onFile(byId('file', HTMLInputElement), drop, (file) => {
  // Weights change the open model, which stays what a link can name only without them.
  press(null);
  void workbench.open(file.name, async () => file);
});
const pasted = byId('pasted', HTMLTextAreaElement);
byId('open-pasted', HTMLButtonElement).addEventListener('click', () => {
  press(null);
  void workbench.open('pasted.json', async () => new Blob([pasted.value]));
});
connectDownloads();
connectTiming(
  (side, runs) => results.times(side, runs),
  (what, task) => workbench.work(what, task),
);
void begin();
addEventListener('hashchange', () => {
  if (location.hash !== written) void follow(readLink(location.hash));
});

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
  const { recipe } = hook;
  written = writeLink({
    sample: sample?.file ?? null,
    recipe,
    code: recipe === null ? hook.code.text : null,
    slider: hook.value ?? null,
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
  press(each);
  return workbench.open(each.file, () => fetchSample(each));
}

function press(pressed: Sample | null): void {
  sample = pressed;
  for (const [each, button] of buttons)
    button.setAttribute('aria-pressed', String(each === pressed));
}

function connectDownloads(): void {
  const stem = () => workbench.name.replace(/\.\w+$/, '');
  const withClone = (id: string, what: string, task: (id: number) => Promise<string>) =>
    byId(id, HTMLButtonElement).addEventListener('click', () => {
      void workbench.work(what, async () => {
        if (!workbench.clone) throw new Error('There is no clone: the hook failed.');
        return task(workbench.clone.id);
      });
    });
  withClone('download', 'Saving', async (id) => {
    const bytes = await engine.save(id);
    offer(bytes, `${stem()}_clone.keras`);
    return `The clone has been saved and opened again (${bytes.length.toLocaleString('en')} bytes).`;
  });
  withClone('download-json', 'Saving model.json', async (id) => {
    offer(await engine.toJson(id), `${stem()}_clone.json`);
    return 'The config of the clone has been saved.';
  });
  const picture = (id: string, name: string, draw: () => SvgPart) => {
    byId(`${id}-svg`, HTMLButtonElement).addEventListener('click', () => {
      void workbench.work('Drawing', async () => {
        offer(svgText(draw()), `${stem()}_${name}.svg`);
        return `${stem()}_${name}.svg has been saved.`;
      });
    });
    byId(`${id}-png`, HTMLButtonElement).addEventListener('click', () => {
      void workbench.work('Drawing', async () => {
        offer(
          await pngFile(draw(), backgroundOf(byId('main', HTMLElement))),
          `${stem()}_${name}.png`,
        );
        return `${stem()}_${name}.png has been saved.`;
      });
    });
  };
  picture('download', 'graph', () => workbench.graphs.picture());
  picture('download-diff', 'difference', () => workbench.graphs.differencePicture());
  byId('download-code', HTMLButtonElement).addEventListener('click', () =>
    offer(snippetOf(hook.code.text, workbench.name, hook.value), 'edit.mjs'),
  );
  byId('copy-link', HTMLButtonElement).addEventListener('click', () => {
    void workbench.work('Copying', async () => {
      remember();
      await navigator.clipboard.writeText(location.href);
      return 'The link has been copied.';
    });
  });
}

// Of the card behind the graph, in the colours that are in use.
function backgroundOf(element: HTMLElement): string {
  return getComputedStyle(element).getPropertyValue('--card');
}
