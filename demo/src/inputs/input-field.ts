// One input of a model: drawn, a held-out example, text, from the camera, random, or from a file.
import { html } from '../dom.js';
import { shapeText, type Port, type Values } from '../types.js';
import { camera } from './camera.js';
import { drawPixels, DrawingPad } from './drawing-pad.js';
import type { ExampleRows } from './examples.js';
import { digitFormat, type HeldOutDigits } from './held-out.js';
import { imageValues } from './image-file.js';
import { parseValues } from './parse.js';
import { randomValues } from './random.js';
import { soundFields, soundValues, takesSound } from './sound-file.js';
import { takesText, textField, textValues } from './text.js';
import type { ImageFormat } from './raster.js';

/** What a field may offer beside what its input takes. */
export interface Offers {
  heldOut: HeldOutDigits | null;
  examples: ExampleRows | null;
}

type Kind = 'example' | 'draw' | 'text' | 'camera' | 'sound' | 'random' | 'file';

const kindTitles: Readonly<Record<Kind, string>> = {
  example: 'Held-out example',
  draw: 'Draw',
  text: 'Text',
  camera: 'Camera',
  sound: 'Sound file',
  random: 'Random',
  file: 'CSV, .npy or image',
};

// Larger images cannot be drawn by hand, smaller ones show nothing.
const [smallestSide, largestSide] = [4, 512];

export class InputField {
  readonly element: HTMLElement;
  readonly port: Port;
  values: Values | null = null;
  /** The right class of the input on display, if known. */
  label: number | null = null;
  readonly #changed: () => void;
  readonly #image: ImageFormat | null;
  readonly #body = html('div', { class: 'input-body' });
  readonly #problem = html('p', { class: 'input-problem', role: 'alert', hidden: true });
  readonly #offers: Offers;
  #kind: Kind;
  #seed: number;
  #round = 0;
  #example = 0;
  // Files are read meanwhile; what was chosen last is shown.
  #turn = 0;

  constructor(port: Port, seed: number, offers: Offers, changed: () => void) {
    this.port = port;
    this.#seed = seed;
    this.#offers = offers;
    this.#changed = changed;
    this.#image = imageFormatOf(port);
    this.#kind = this.#kinds()[0]!;
    const select = html(
      'select',
      { 'aria-label': `Source of ${port.name}`, class: 'input-kind' },
      ...this.#kinds().map((kind) => html('option', { value: kind }, kindTitles[kind])),
    );
    select.addEventListener('change', () => {
      this.#kind = select.value as Kind;
      this.#show();
    });
    this.element = html(
      'fieldset',
      { class: 'input', 'data-input': port.name },
      html('legend', {}, html('code', {}, port.name), ` ${shapeText(port.shape)} ${port.dtype}`),
      select,
      this.#body,
      this.#problem,
    );
    this.#show();
  }

  /** Another seed for random values. */
  set seed(seed: number) {
    this.#seed = seed;
    if (this.#kind === 'random') this.#set(randomValues(this.port, seed));
  }

  /** Another held-out example. */
  set example(index: number) {
    this.#example = index;
    if (this.#kind === 'example') this.#setExample();
  }

  #kinds(): Kind[] {
    if (takesText(this.port)) return ['text', 'random'];
    return [
      ...(this.#offers.examples ? (['example'] as const) : []),
      ...(this.#image ? (['draw', 'camera'] as const) : []),
      'random',
      'file',
      ...(takesSound(this.port) ? (['sound'] as const) : []),
    ];
  }

  #show(): void {
    this.#turn++;
    this.#problem.hidden = true;
    const parts: Readonly<Record<Kind, () => HTMLElement[]>> = {
      example: () => {
        this.#setExample();
        return [html('p', { class: 'hint' }, 'Real data, which the sample was not trained on.')];
      },
      draw: () => this.#drawing(this.#image!),
      text: () => [textField(this.port, (text) => this.#try(() => textValues(text, this.port)))],
      camera: () => {
        this.#set(null);
        const failed = (message: string) => this.#fail(message);
        return [camera(this.#image!, this.port, { taken: (values) => this.#set(values), failed })];
      },
      sound: () => {
        this.#set(null);
        return soundFields(this.port, (file, rate) =>
          this.#read(() => soundValues(file, rate, this.port)),
        );
      },
      random: () => {
        this.#set(randomValues(this.port, this.#seed));
        return [html('p', { class: 'hint' }, 'Numbers drawn with the seed below the outputs.')];
      },
      file: () => this.#file(),
    };
    this.#body.replaceChildren(...parts[this.#kind]());
  }

  #setExample(): void {
    const rows = this.#offers.examples;
    this.#set(rows && rows.values(this.port, this.#example));
  }

  #drawing(format: ImageFormat): HTMLElement[] {
    const pad = new DrawingPad(format, (pixels) => this.#setPixels(pixels, null));
    const { heldOut } = this.#offers;
    if (!heldOut) {
      this.#setPixels(null, null);
      return [pad.element];
    }
    const list = html('ul', { class: 'held-out', 'aria-label': 'Held-out digits' });
    const choose = (index: number) => {
      const { pixels, label } = heldOut.digit(index);
      pad.show(pixels);
      this.#setPixels(pixels, label);
    };
    const fill = () => {
      const buttons = heldOut.oneOfEach(this.#round).map((index) => digitButton(heldOut, index));
      for (const { button, index } of buttons)
        button.addEventListener('click', () => choose(index));
      list.replaceChildren(...buttons.map(({ button }) => html('li', {}, button)));
    };
    const more = html('button', { type: 'button', class: 'more' }, 'Other digits');
    more.addEventListener('click', () => {
      this.#round++;
      fill();
    });
    fill();
    choose(heldOut.oneOfEach(this.#round)[7]!);
    pad.side.append(more);
    return [pad.element, list];
  }

  #file(): HTMLElement[] {
    const text = html('textarea', {
      ...{ rows: 3, spellcheck: 'false', class: 'csv' },
      'aria-label': `Values of ${this.port.name}, separated by commas`,
      placeholder: '0.1, 0.2, 0.3 …',
    });
    const pick = html('input', {
      ...{ type: 'file', accept: '.csv,.txt,.npy,image/*', class: 'values-file' },
      'aria-label': `File for ${this.port.name}`,
    });
    text.addEventListener('input', () =>
      this.#try(() => parseValues(new TextEncoder().encode(text.value), this.port)),
    );
    pick.addEventListener('change', () => {
      const file = pick.files?.[0];
      if (file) void this.#read(() => this.#valuesOf(file));
    });
    this.#set(null);
    return [text, pick];
  }

  async #valuesOf(file: File): Promise<Values> {
    if (!file.type.startsWith('image/'))
      return parseValues(new Uint8Array(await file.arrayBuffer()), this.port);
    const values = this.#image && (await imageValues(file, this.#image, this.port));
    if (values) return values;
    throw new Error('This input does not take images.');
  }

  async #read(read: () => Promise<Values>): Promise<void> {
    const turn = ++this.#turn;
    const result = await read().catch((error: unknown) => error as Error);
    if (turn !== this.#turn) return;
    this.#try(() => {
      if (result instanceof Error) throw result;
      return result;
    });
  }

  #try(read: () => Values): void {
    try {
      this.#set(read());
      this.#problem.hidden = true;
    } catch (error) {
      this.#set(null);
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #fail(message: string): void {
    this.#problem.textContent = message;
    this.#problem.hidden = false;
  }

  // Gray pixels become equal channels of a colour image.
  #setPixels(pixels: Float32Array | null, label: number | null): void {
    if (!pixels) return this.#set(null);
    const sizes = this.port.shape.slice(1).map(Number);
    const channels = sizes.reduce((product, size) => product * size, 1) / pixels.length;
    const values = Float32Array.from(
      { length: pixels.length * channels },
      (_, i) => pixels[Math.floor(i / channels)]!,
    );
    this.#set({ values, shape: [1, ...sizes] }, label);
  }

  #set(values: Values | null, label: number | null = null): void {
    this.values = values;
    this.label = label;
    this.#changed();
  }
}

function digitButton(heldOut: HeldOutDigits, index: number) {
  const { pixels, label } = heldOut.digit(index);
  const { rows, columns, white } = digitFormat;
  const image = html('canvas', { width: columns, height: rows, 'aria-hidden': 'true' });
  drawPixels(image, pixels, white);
  const name = `Held-out digit number ${index}, a ${label}`;
  const attributes = { type: 'button', 'aria-label': name, 'data-index': index };
  return { index, button: html('button', attributes, image, html('span', {}, String(label))) };
}

/** The image that an input takes: rows and columns, perhaps with one or three channels; null for other inputs. */
function imageFormatOf({ shape, dtype }: Port): ImageFormat | null {
  const [rows, columns, channels = 1, ...others] = shape.slice(1);
  if (!rows || !columns || others.length > 0 || !/float/.test(dtype)) return null;
  const isImage =
    [1, 3].includes(channels ?? 0) &&
    Math.min(rows, columns) >= smallestSide &&
    Math.max(rows, columns) <= largestSide &&
    (shape.length === 4 || rows === columns);
  if (!isImage) return null;
  const isDigit = rows === digitFormat.rows && columns === digitFormat.columns;
  return isDigit ? digitFormat : { rows, columns, white: 255 };
}
