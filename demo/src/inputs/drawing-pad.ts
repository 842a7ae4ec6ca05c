// A pad for drawing an image of the size that a model takes, and beside it the pixels that the model receives.
import { html } from '../dom.js';
import type { Point } from '../layout/types.js';
import { rasterize, trace, type Stroke, type ImageFormat } from './raster.js';

const padSize = 256;

export class DrawingPad {
  readonly element: HTMLElement;
  /** What stands beside the pad. */
  readonly side: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #preview: HTMLCanvasElement;
  readonly #format: ImageFormat;
  readonly #changed: (pixels: Float32Array | null) => void;
  #strokes: Point[][] = [];
  #pending = false;

  /** `changed` receives the pixels, row by row, or null when nothing is drawn, at most once per frame. */
  constructor(format: ImageFormat, changed: (pixels: Float32Array | null) => void) {
    this.#format = format;
    this.#changed = changed;
    const { rows, columns } = format;
    const height = Math.round((padSize * rows) / columns);
    this.#canvas = html('canvas', {
      ...{ class: 'pad', width: padSize, height, role: 'img' },
      'aria-label': 'Drawing pad. Without a pointer, choose another kind of input.',
    });
    this.#preview = html('canvas', {
      ...{ class: 'pixels', width: columns, height: rows, role: 'img' },
      'aria-label': `The ${rows} by ${columns} pixels`,
    });
    const clear = html('button', { type: 'button', class: 'clear' }, 'Clear');
    clear.addEventListener('click', () => {
      this.clear();
      changed(null);
    });
    const caption = html('figcaption', {}, `as ${rows} × ${columns}`);
    this.side = html('figure', {}, this.#preview, caption, clear);
    this.element = html('div', { class: 'pads' }, this.#canvas, this.side);
    this.#canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    this.#canvas.addEventListener('pointermove', (event) => this.#continue(event));
    this.clear();
  }

  clear(): void {
    this.#strokes = [];
    this.#drawStrokes();
    drawPixels(this.#preview, new Float32Array(this.#format.rows * this.#format.columns), 1);
  }

  /** Shows an image that was not drawn on the pad. */
  show(pixels: ArrayLike<number>): void {
    this.#strokes = [];
    drawPixels(this.#preview, pixels, this.#format.white);
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#preview, 0, 0, this.#canvas.width, this.#canvas.height);
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#strokes.push([this.#pointOf(event)]);
    this.#update();
  }

  #continue(event: PointerEvent): void {
    if (!this.#canvas.hasPointerCapture(event.pointerId)) return;
    for (const part of event.getCoalescedEvents?.() ?? [event])
      this.#strokes.at(-1)?.push(this.#pointOf(part));
    this.#update();
  }

  #pointOf(event: PointerEvent): Point {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const { width: columns, height: rows } = this.#canvas;
    return {
      x: ((event.clientX - left) / width) * columns,
      y: ((event.clientY - top) / height) * rows,
    };
  }

  #update(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      if (this.#strokes.length === 0) return;
      this.#drawStrokes();
      const pixels = rasterize(this.#strokes as Stroke[], this.#format);
      drawPixels(this.#preview, pixels, this.#format.white);
      this.#changed(pixels);
    });
  }

  #drawStrokes(): void {
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    context.fillStyle = '#000';
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.strokeStyle = '#fff';
    context.lineWidth = this.#canvas.width / 11;
    context.lineCap = context.lineJoin = 'round';
    for (const stroke of this.#strokes) trace(context, stroke);
  }
}

/** Draws one value per pixel of a canvas, from 0, black, to `white`. */
export function drawPixels(
  canvas: HTMLCanvasElement,
  pixels: ArrayLike<number>,
  white: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const level = Math.round((255 * (pixels[i] ?? 0)) / white);
    image.data.set([level, level, level, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
