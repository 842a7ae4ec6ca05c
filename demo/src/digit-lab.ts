// The digit on display, drawn or held out, and the predictions of both models.
import { DigitPad, drawPixels } from './digit-pad.js';
import { side } from './digit-raster.js';
import { byId, html } from './dom.js';
import * as engine from './engine.js';
import { HeldOutDigits } from './held-out.js';
import type { ModelPanel } from './model-panel.js';
import { shapeText, type ModelView } from './types.js';

interface Guest {
  view: ModelView;
  panel: ModelPanel;
  fits: boolean;
}

export class DigitLab {
  readonly #pad: DigitPad;
  readonly #buttons = byId('held-out', HTMLUListElement);
  readonly #guests = new Map<ModelPanel, Guest>();
  #heldOut: HeldOutDigits | null = null;
  #round = 0;
  #pixels: Float32Array | null = null;
  #label: number | null = null;

  constructor() {
    const canvas = byId('pad', HTMLCanvasElement);
    this.#pad = new DigitPad(canvas, byId('pixels', HTMLCanvasElement), (pixels) =>
      this.#set(pixels, null),
    );
    byId('clear', HTMLButtonElement).addEventListener('click', () => {
      this.#pad.clear();
      this.#set(null, null);
    });
    byId('more', HTMLButtonElement).addEventListener('click', () => {
      this.#round++;
      this.#listDigits();
    });
  }

  async loadHeldOut(): Promise<void> {
    this.#heldOut = await HeldOutDigits.load();
    this.#listDigits();
    if (this.#pixels === null) this.#showHeldOut(this.#heldOut.oneOfEach(0)[7]!);
    for (const guest of this.#guests.values()) await this.#measure(guest);
  }

  /** Uses this model from now on, if it accepts such digits. */
  async invite(view: ModelView, panel: ModelPanel): Promise<void> {
    const guest = { view, panel, fits: takesDigits(view) };
    this.#guests.set(panel, guest);
    await this.#ask(guest);
    await this.#measure(guest);
  }

  dismiss(panel: ModelPanel): void {
    this.#guests.delete(panel);
    panel.chart.clear('');
  }

  #listDigits(): void {
    const heldOut = this.#heldOut;
    if (!heldOut) return;
    const items = heldOut.oneOfEach(this.#round).map((index) => {
      const { pixels, label } = heldOut.digit(index);
      const image = html('canvas', { width: side, height: side, 'aria-hidden': 'true' });
      drawPixels(image, pixels);
      const name = `Held-out digit number ${index}, a ${label}`;
      const attributes = { type: 'button', 'aria-label': name, 'data-index': index };
      const button = html('button', attributes, image, html('span', {}, String(label)));
      button.addEventListener('click', () => this.#showHeldOut(index));
      return html('li', {}, button);
    });
    this.#buttons.replaceChildren(...items);
  }

  #showHeldOut(index: number): void {
    const { pixels, label } = this.#heldOut!.digit(index);
    this.#pad.show(pixels);
    this.#set(pixels, label);
  }

  #set(pixels: Float32Array | null, label: number | null): void {
    this.#pixels = pixels;
    this.#label = label;
    for (const guest of this.#guests.values()) void this.#ask(guest);
  }

  async #ask({ view, panel, fits }: Guest): Promise<void> {
    const [pixels, label] = [this.#pixels, this.#label];
    if (!fits) return panel.chart.clear(misfit(view));
    if (!pixels) return panel.chart.clear('Draw a digit.');
    try {
      const [probabilities] = await engine.predict(view.id, pixels, 1);
      // The digit or model may have changed meanwhile.
      if (pixels === this.#pixels && this.#isCurrent(view, panel))
        panel.chart.show(probabilities!, label);
    } catch (error) {
      panel.chart.clear(`This model cannot run: ${String(error)}`);
    }
  }

  async #measure({ view, panel, fits }: Guest): Promise<void> {
    const heldOut = this.#heldOut;
    if (!fits || !heldOut || !this.#isCurrent(view, panel)) return;
    try {
      const rows = await engine.predict(view.id, heldOut.pixels, heldOut.count);
      const right = rows.filter((row, i) => row.indexOf(Math.max(...row)) === heldOut.labels[i]);
      if (this.#isCurrent(view, panel)) panel.accuracy(right.length, heldOut.count);
    } catch {
      // The chart already says why this model cannot run.
    }
  }

  #isCurrent(view: ModelView, panel: ModelPanel): boolean {
    return this.#guests.get(panel)?.view === view;
  }
}

/** One input of 64 numbers, one output of ten. */
function takesDigits({ inputs, outputs }: ModelView): boolean {
  const [input, output] = [inputs[0], outputs[0]];
  if (!input || !output || inputs.length > 1 || outputs.length > 1) return false;
  const pixels = input.shape.slice(1).reduce<number>((size, axis) => size * (axis ?? NaN), 1);
  return pixels === side * side && output.shape.length === 2 && output.shape[1] === 10;
}

function misfit({ inputs, outputs }: ModelView): string {
  const [takes, gives] = [inputs, outputs].map((ports) =>
    ports.map(({ shape }) => shapeText(shape)).join(', '),
  );
  return `Digits are for models that map 8 × 8 pixels to 10 probabilities. This one maps ${takes} to ${gives}.`;
}
