// Moves and scales a drawing in its SVG, by d3-zoom: dragging, two fingers, Ctrl + wheel, or buttons that call the methods.
import { select, type Selection } from 'd3-selection';
import { zoom, zoomIdentity, zoomTransform, type D3ZoomEvent, type ZoomBehavior } from 'd3-zoom';
import type { Point } from '../layout/types.js';

const [smallest, largest] = [0.02, 3];
/** The scale below which labels are hard to read. */
const readable = 0.75;
/** Pixels between a drawing, or a box that is revealed, and the edge. */
const margin = 12;

/** What part of a drawing is seen. */
export interface View {
  scale: number;
  offset: Point;
}

export class PanZoom {
  readonly #svg: SVGSVGElement;
  readonly #selection: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #behaviour: ZoomBehavior<SVGSVGElement, unknown>;
  readonly #moved: (view: View) => void;
  /** Width of the covered part at the right edge. */
  covered = 0;

  /** `moved` is called when the user moves or scales the drawing, `applied` whenever another part is seen. */
  constructor(
    svg: SVGSVGElement,
    content: SVGGElement,
    moved: (view: View) => void,
    applied: () => void,
  ) {
    this.#svg = svg;
    this.#moved = moved;
    this.#behaviour = zoom<SVGSVGElement, unknown>()
      .extent(() => [
        [0, 0],
        [svg.clientWidth, svg.clientHeight],
      ])
      .scaleExtent([smallest, largest])
      .clickDistance(3)
      .wheelDelta(({ deltaY }: WheelEvent) => -deltaY / 140)
      .filter(isOurs)
      .on('zoom', ({ transform, sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        content.setAttribute('transform', String(transform));
        applied();
        if (sourceEvent) this.#report();
      });
    this.#selection = select(svg).call(this.#behaviour).on('dblclick.zoom', null);
  }

  /** Shows a drawing of this size: as a whole if that is readable, otherwise its upper part. */
  fit(width: number, height: number): void {
    const room = this.#svg.getBoundingClientRect();
    const across = (room.width - 2 * margin) / width;
    const whole = Math.min(across, (room.height - 2 * margin) / height, 1);
    const scale = Math.max(whole, Math.min(readable, across), smallest);
    const y = (room.height - height * scale) / 2;
    this.follow({
      scale,
      offset: { x: (room.width - width * scale) / 2, y: Math.max(y, margin) },
    });
  }

  get view(): View {
    const { k: scale, x, y } = zoomTransform(this.#svg);
    return { scale, offset: { x, y } };
  }

  /** Shows the same part as another drawing. */
  follow({ scale, offset: { x, y } }: View): void {
    this.#behaviour.transform(this.#selection, zoomIdentity.translate(x, y).scale(scale));
  }

  /** Moves the drawing by pixels. */
  move(dx: number, dy: number): void {
    const { scale } = this.view;
    this.#behaviour.translateBy(this.#selection, dx / scale, dy / scale);
    this.#report();
  }

  /** Zooms around the middle. */
  zoom(factor: number): void {
    this.#behaviour.scaleBy(this.#selection, factor);
    this.#report();
  }

  /** Moves as little as possible to show an area of the drawing; the other drawing moves in step. */
  reveal({ x, y, width, height }: Point & { width: number; height: number }): void {
    const room = this.#svg.getBoundingClientRect();
    const { scale, offset } = this.view;
    const shift = (from: number, to: number, end: number) => {
      if (from < margin) return margin - from;
      return to > end - margin ? Math.max(end - margin - to, margin - from) : 0;
    };
    const [left, top] = [x * scale + offset.x, y * scale + offset.y];
    const dx = shift(left, left + width * scale, room.width - this.covered);
    const dy = shift(top, top + height * scale, room.height);
    if (dx !== 0 || dy !== 0) this.move(dx, dy);
  }

  #report(): void {
    this.#moved(this.view);
  }
}

// A plain wheel and one finger scroll the page. A trackpad's pinch arrives as Ctrl + wheel.
function isOurs(event: MouseEvent | TouchEvent): boolean {
  if ('touches' in event) return event.touches.length > 1;
  return event.type === 'wheel' ? event.ctrlKey || event.metaKey : event.button === 0;
}
