// Starts the page: connects file picking with the workbench, and opens the first sample.
import { byId, html } from './dom.js';
import { onFile } from './file-drop.js';
import { fetchSample, samples, type Sample } from './samples.js';
import { Workbench } from './workbench.js';

const workbench = new Workbench();
const buttons = samples.map(sampleButton);
byId('samples', HTMLUListElement).append(...buttons.map((button) => html('li', {}, button)));
onFile(byId('file', HTMLInputElement), byId('drop', HTMLElement), (file) => {
  press(null);
  void workbench.open(file.name, async () => new Uint8Array(await file.arrayBuffer()));
});
void openSample(samples[0], buttons[0]!);
void workbench.lab.loadHeldOut();

function sampleButton(sample: Sample): HTMLButtonElement {
  const button = html(
    'button',
    { type: 'button', 'data-sample': sample.file, 'aria-pressed': 'false' },
    html('strong', {}, sample.title),
    html('small', {}, sample.file),
  );
  button.addEventListener('click', () => void openSample(sample, button));
  return button;
}

function openSample(sample: Sample, button: HTMLButtonElement): Promise<void> {
  press(button);
  return workbench.open(sample.file, () => fetchSample(sample));
}

function press(pressed: HTMLButtonElement | null): void {
  for (const button of buttons) button.setAttribute('aria-pressed', String(button === pressed));
}
