// The pad for drawing a digit, and beside it the 8 x 8 pixels that the models receive.
import { rasterize, side, trace, type Stroke } from './digit-raster.js';
import type { Point } from './layout-types.js';

export const highestPixel = 16;

export class DigitPad {
  readonly #canvas: HTMLCanvasElement;
  readonly #preview: HTMLCanvasElement;
  readonly #changed: (pixels: Float32Array | null) => void;
  #strokes: Point[][] = [];
  #pending = false;

  /** `changed` receives the pixels, or null when nothing is drawn, at most once per frame. */
  constructor(
    canvas: HTMLCanvasElement,
    preview: HTMLCanvasElement,
    changed: (pixels: Float32Array | null) => void,
  ) {
    this.#canvas = canvas;
    this.#preview = preview;
    this.#changed = changed;
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#continue(event));
    this.clear();
  }

  clear(): void {
    this.#strokes = [];
    this.#drawStrokes();
    drawPixels(this.#preview, new Float32Array(side * side));
  }

  /** Shows a digit that was not drawn on the pad. */
  show(pixels: ArrayLike<number>): void {
    this.#strokes = [];
    drawPixels(this.#canvas, pixels);
    drawPixels(this.#preview, pixels);
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#strokes.push([this.#place(event)]);
    this.#update();
  }

  #continue(event: PointerEvent): void {
    if (!this.#canvas.hasPointerCapture(event.pointerId)) return;
    for (const part of event.getCoalescedEvents?.() ?? [event])
      this.#strokes.at(-1)?.push(this.#place(part));
    this.#update();
  }

  #place(event: PointerEvent): Point {
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
      this.#drawStrokes();
      if (this.#strokes.length === 0) return;
      const pixels = rasterize(this.#strokes as Stroke[]);
      drawPixels(this.#preview, pixels);
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

/** Draws 8 x 8 pixels as squares that fill a canvas. */
export function drawPixels(canvas: HTMLCanvasElement, pixels: ArrayLike<number>): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const [width, height] = [canvas.width / side, canvas.height / side];
  for (let i = 0; i < side * side; i++) {
    const level = Math.round((255 * (pixels[i] ?? 0)) / highestPixel);
    context.fillStyle = `rgb(${level} ${level} ${level})`;
    context.fillRect((i % side) * width, Math.floor(i / side) * height, width, height);
  }
}
