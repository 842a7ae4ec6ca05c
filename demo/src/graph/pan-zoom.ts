// Moves and scales a drawing in its SVG: by dragging, pinching, Ctrl + wheel, or buttons that call the methods.
import type { Point } from '../layout/types.js';

const [smallest, largest] = [0.02, 3];
/** The scale below which labels are hard to read. */
const readable = 0.75;

/** What part of a drawing is seen. */
export interface View {
  scale: number;
  offset: Point;
}

export class PanZoom {
  readonly #svg: SVGSVGElement;
  readonly #content: SVGGElement;
  /** Width of the covered part at the right edge. */
  covered = 0;
  #scale = 1;
  #offset: Point = { x: 0, y: 0 };
  readonly #moved: (view: View) => void;
  readonly #applied: () => void;

  /** `moved` is called when the user moves or scales the drawing, `applied` whenever another part is seen. */
  constructor(
    svg: SVGSVGElement,
    content: SVGGElement,
    moved: (view: View) => void,
    applied: () => void,
  ) {
    this.#svg = svg;
    this.#content = content;
    this.#moved = moved;
    this.#applied = applied;
    svg.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.#dragging();
  }

  /** Shows a drawing of this size: as a whole if that is readable, otherwise its upper part. */
  fit(width: number, height: number): void {
    const room = this.#svg.getBoundingClientRect();
    const whole = Math.min((room.width - 24) / width, (room.height - 24) / height, 1);
    this.#scale = Math.max(whole, Math.min(readable, (room.width - 24) / width), smallest);
    const y = (room.height - height * this.#scale) / 2;
    this.#offset = { x: (room.width - width * this.#scale) / 2, y: Math.max(y, 12) };
    this.#apply();
  }

  get view(): View {
    return { scale: this.#scale, offset: this.#offset };
  }

  /** Shows the same part as another drawing. */
  follow({ scale, offset }: View): void {
    this.#scale = scale;
    this.#offset = { ...offset };
    this.#apply();
  }

  /** Moves the drawing by pixels. */
  move(dx: number, dy: number): void {
    this.#offset = { x: this.#offset.x + dx, y: this.#offset.y + dy };
    this.#apply();
    this.#report();
  }

  /** Zooms around the middle. */
  zoom(factor: number): void {
    const { width, height } = this.#svg.getBoundingClientRect();
    this.#zoomAt({ x: width / 2, y: height / 2 }, factor);
  }

  /** Moves as little as possible to show an area of the drawing; the other drawing moves in step. */
  reveal({ x, y, width, height }: Point & { width: number; height: number }): void {
    const room = this.#svg.getBoundingClientRect();
    const shift = (from: number, to: number, end: number) =>
      from < 12 ? 12 - from : to > end - 12 ? Math.max(end - 12 - to, 12 - from) : 0;
    const [left, top] = [x * this.#scale + this.#offset.x, y * this.#scale + this.#offset.y];
    const dx = shift(left, left + width * this.#scale, room.width - this.covered);
    const dy = shift(top, top + height * this.#scale, room.height);
    if (dx !== 0 || dy !== 0) this.move(dx, dy);
  }

  // A plain wheel scrolls the page; a trackpad's pinch arrives as Ctrl + wheel.
  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top } = this.#svg.getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    this.#zoomAt(at, Math.exp(-event.deltaY / 200));
  }

  #dragging(): void {
    const fingers = new Map<number, Point>();
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
    };
    this.#svg.addEventListener('pointerdown', (event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    this.#svg.addEventListener('pointermove', (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      // One finger scrolls the page, two fingers move and scale the drawing.
      if (event.pointerType === 'touch' && fingers.size < 2) return;
      const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
      const wide = spread();
      const moved = fingers.size > 1 || Math.hypot(dx, dy) > 3;
      // Capture only drags: a captured press would not be a click on a box.
      if (!moved && !this.#svg.hasPointerCapture(event.pointerId)) return;
      this.#svg.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      this.#offset.x += dx / fingers.size;
      this.#offset.y += dy / fingers.size;
      if (wide > 0) this.#zoomAt(this.#middle(fingers), spread() / wide);
      this.#apply();
      this.#report();
    });
    for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const)
      this.#svg.addEventListener(end, (event) => void fingers.delete(event.pointerId));
  }

  #middle(fingers: ReadonlyMap<number, Point>): Point {
    const { left, top } = this.#svg.getBoundingClientRect();
    const sum = [...fingers.values()].reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }));
    return { x: sum.x / fingers.size - left, y: sum.y / fingers.size - top };
  }

  #zoomAt(at: Point, factor: number): void {
    const scale = Math.min(largest, Math.max(smallest, this.#scale * factor));
    const ratio = scale / this.#scale;
    this.#offset = {
      x: at.x - (at.x - this.#offset.x) * ratio,
      y: at.y - (at.y - this.#offset.y) * ratio,
    };
    this.#scale = scale;
    this.#apply();
    this.#report();
  }

  #report(): void {
    this.#moved({ scale: this.#scale, offset: this.#offset });
  }

  #apply(): void {
    const { x, y } = this.#offset;
    this.#content.setAttribute('transform', `translate(${x} ${y}) scale(${this.#scale})`);
    this.#applied();
  }
}
