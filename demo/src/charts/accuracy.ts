// The accuracy of both models on held-out digits, and a picture of the digits on which they differ.
import { html } from '../dom.js';
import type { HeldOutDigits } from '../inputs/held-out.js';
import type { Values } from '../types.js';
import { percent, sides, type Side } from './output-chart.js';

const columns = 36;
const cell = 9;
const colourNames = ['--soft', '--added', '--removed', '--line'] as const;

export class AccuracyChart {
  readonly element: HTMLElement;
  readonly #numbers: Record<Side, HTMLElement> = {
    original: html('dd', { 'data-accuracy': 'original' }, '–'),
    clone: html('dd', { 'data-accuracy': 'clone' }, '–'),
  };
  readonly #canvas = html('canvas', { class: 'mosaic', role: 'img' });
  readonly #text = html('p', { class: 'hint', id: 'mosaic-text' });
  readonly #right: Record<Side, boolean[] | null> = { original: null, clone: null };

  constructor() {
    const rows = sides.map((side) =>
      html('div', { class: side }, html('dt', {}, side), this.#numbers[side]),
    );
    this.element = html(
      'div',
      { class: 'accuracy', hidden: true },
      html('dl', {}, ...rows),
      this.#canvas,
      this.#text,
    );
  }

  /** Shows what a model returned for all held-out digits, or hides the chart. */
  show(side: Side, digits: HeldOutDigits | null, output: Values | null): void {
    this.#right[side] = digits && output ? rightOnes(digits, output) : null;
    const right = this.#right[side];
    const share = right && right.filter(Boolean).length / right.length;
    this.#numbers[side].textContent = share === null ? '–' : percent(share);
    this.element.hidden = this.#right.original === null;
    this.#draw();
  }

  /** The accuracies as shown; null while there are none. */
  get texts(): readonly [original: string, clone: string] | null {
    if (this.element.hidden) return null;
    return [this.#numbers.original.textContent, this.#numbers.clone.textContent];
  }

  #draw(): void {
    const { original, clone } = this.#right;
    if (!original || !clone) {
      this.#canvas.hidden = true;
      this.#text.textContent = '';
      return;
    }
    const kinds = original.map((was, i) => (was ? (clone[i] ? 0 : 2) : clone[i] ? 1 : 3));
    const count = (kind: number) => kinds.filter((each) => each === kind).length;
    const text = `${count(2)} of ${kinds.length} held-out digits became wrong, ${count(1)} became right.`;
    this.#text.textContent = text;
    this.#canvas.hidden = false;
    this.#canvas.setAttribute('aria-label', text);
    this.#canvas.width = columns * cell;
    this.#canvas.height = Math.ceil(kinds.length / columns) * cell;
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    const style = getComputedStyle(this.#canvas);
    const colours = colourNames.map((name) => style.getPropertyValue(name));
    kinds.forEach((kind, i) => {
      context.globalAlpha = kind === 0 ? 0.3 : 1;
      context.fillStyle = colours[kind]!;
      const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
      context.fillRect(x + 0.5, y + 0.5, cell - 1.5, cell - 1.5);
    });
  }
}

function rightOnes(digits: HeldOutDigits, { values, shape }: Values): boolean[] {
  const classes = shape.at(-1) ?? 1;
  return digits.labels.map((label, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (values[i * classes + k]! > values[i * classes + best]!) best = k;
    return best === label;
  });
}
