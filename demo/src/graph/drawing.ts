// The boxes and lines of a laid-out graph as SVG. Of a large graph, only those in view are in the page.
import { svg } from '../dom.js';
import type { Layout, PlacedBox, Point } from '../layout/types.js';
import type { Change, GraphNode } from '../types.js';
import { arrowHead, drawBox, drawEdge, markBox } from './draw.js';
import type { View } from './pan-zoom.js';

/** Graphs with more boxes than this are drawn in part. */
const mostWhole = 800;
/** Drawn around the view, in pixels of the screen. */
const margin = 200;

interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What determines how a box looks. */
export interface Looks {
  node(path: string): GraphNode;
  expanded(path: string): boolean;
  change(path: string): Change | undefined;
  /** 1 for a box that is in no other. */
  level(path: string): number;
}

let drawings = 0;

export class Drawing {
  readonly #arrow = `arrow-${++drawings}`;
  /** What the SVG needs beside the content. */
  readonly definitions = arrowHead(this.#arrow);
  readonly content = svg('g');
  readonly #below = svg('g', { role: 'none' });
  readonly #lines = svg('g', { role: 'none', 'aria-hidden': 'true' });
  readonly #above = svg('g', { role: 'none' });
  readonly #looks: Looks;
  #boxes = new Map<string, { placed: PlacedBox; index: number }>();
  readonly #drawn = new Map<string, SVGGElement>();
  readonly #drawnLines = new Map<number, SVGGElement>();
  #layout: Layout = { width: 0, height: 0, boxes: [], edges: [] };
  #lineAreas: Area[] = [];
  #selected: string | null = null;
  #focused: string | null = null;
  #found: ReadonlySet<string> = new Set();

  constructor(looks: Looks) {
    this.#looks = looks;
    this.content.append(this.#below, this.#lines, this.#above);
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Whether only the boxes in view are drawn. */
  get isPartial(): boolean {
    return this.#layout.boxes.length > mostWhole;
  }

  /** Paths of all boxes, drawn or not, in the order of the tree. */
  get paths(): string[] {
    return this.#layout.boxes.map(({ id }) => id);
  }

  placed(path: string): PlacedBox | undefined {
    return this.#boxes.get(path)?.placed;
  }

  /** Replaces the drawing. A large one is empty until `update` says what is in view. */
  show(layout: Layout): void {
    this.#layout = layout;
    this.#boxes = new Map(layout.boxes.map((placed, index) => [placed.id, { placed, index }]));
    this.#lineAreas = this.isPartial ? layout.edges.map(({ points }) => areaOf(points)) : [];
    this.#drawn.clear();
    this.#drawnLines.clear();
    for (const part of [this.#below, this.#lines, this.#above]) part.replaceChildren();
    if (!this.isPartial) this.#drawAll();
  }

  /** Draws what is in view and removes what is not. `size` is the size of the view in pixels. */
  update({ scale, offset }: View, size: { width: number; height: number }): void {
    if (!this.isPartial || size.width === 0) return;
    const seen: Area = {
      left: (-offset.x - margin) / scale,
      top: (-offset.y - margin) / scale,
      right: (size.width - offset.x + margin) / scale,
      bottom: (size.height - offset.y + margin) / scale,
    };
    for (const { id, x, y, width, height } of this.#layout.boxes) {
      const isSeen =
        x < seen.right && x + width > seen.left && y < seen.bottom && y + height > seen.top;
      if (isSeen || id === this.#focused) this.#draw(id);
      else this.#remove(id);
    }
    this.#lineAreas.forEach((area, i) => {
      const isSeen =
        area.left < seen.right &&
        area.right > seen.left &&
        area.top < seen.bottom &&
        area.bottom > seen.top;
      if (isSeen) this.#drawLine(i);
      else if (this.#drawnLines.has(i)) {
        this.#drawnLines.get(i)!.remove();
        this.#drawnLines.delete(i);
      }
    });
  }

  /** Marks what an edit changed, in a drawing whose boxes stay. */
  markChanges(): void {
    for (const [path, group] of this.#drawn)
      markBox(group, this.#looks.node(path), this.#looks.change(path));
  }

  set found(paths: ReadonlySet<string>) {
    this.#found = paths;
    for (const [path, group] of this.#drawn) group.classList.toggle('found', paths.has(path));
  }

  set selected(path: string | null) {
    this.#selected = path;
    for (const [each, group] of this.#drawn)
      group.setAttribute('aria-selected', String(each === path));
  }

  /** The box that the Tab key reaches. */
  set focused(path: string | null) {
    if (this.#focused !== null) this.#drawn.get(this.#focused)?.setAttribute('tabindex', '-1');
    this.#focused = path;
    if (path !== null) this.#draw(path)?.setAttribute('tabindex', '0');
  }

  /** Puts the focus of the page on the box that the Tab key reaches. */
  focus(): void {
    if (this.#focused !== null) this.#drawn.get(this.#focused)?.focus({ preventScroll: true });
  }

  /** Runs something while the whole graph is drawn. */
  whole<T>(use: () => T): T {
    if (!this.isPartial) return use();
    const before = new Set(this.#drawn.keys());
    const linesBefore = new Set(this.#drawnLines.keys());
    this.#drawAll();
    try {
      return use();
    } finally {
      for (const path of [...this.#drawn.keys()]) if (!before.has(path)) this.#remove(path);
      for (const [i, line] of [...this.#drawnLines]) {
        if (linesBefore.has(i)) continue;
        line.remove();
        this.#drawnLines.delete(i);
      }
    }
  }

  #drawAll(): void {
    for (const { id } of this.#layout.boxes) this.#draw(id);
    this.#layout.edges.forEach((_, i) => this.#drawLine(i));
  }

  #draw(path: string): SVGGElement | undefined {
    const box = this.#boxes.get(path);
    const drawn = this.#drawn.get(path);
    if (drawn || !box) return drawn;
    const expanded = this.#looks.expanded(path);
    const state = {
      expanded,
      change: this.#looks.change(path),
      level: this.#looks.level(path),
    };
    const group = drawBox(this.#looks.node(path), box.placed, state);
    group.setAttribute('aria-selected', String(path === this.#selected));
    group.setAttribute('tabindex', path === this.#focused ? '0' : '-1');
    group.classList.toggle('found', this.#found.has(path));
    if (this.isPartial) {
      group.setAttribute('aria-posinset', String(box.index + 1));
      group.setAttribute('aria-setsize', String(this.#boxes.size));
    }
    this.#drawn.set(path, group);
    (expanded ? this.#below : this.#above).append(group);
    return group;
  }

  #remove(path: string): void {
    this.#drawn.get(path)?.remove();
    this.#drawn.delete(path);
  }

  #drawLine(index: number): void {
    if (this.#drawnLines.has(index)) return;
    const line = drawEdge(this.#layout.edges[index]!, this.#arrow);
    this.#drawnLines.set(index, line);
    this.#lines.append(line);
  }
}

function areaOf(points: readonly Point[]): Area {
  const area = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of points) {
    area.left = Math.min(area.left, x);
    area.top = Math.min(area.top, y);
    area.right = Math.max(area.right, x);
    area.bottom = Math.max(area.bottom, y);
  }
  // A label stands around a point of the line.
  return { ...area, left: area.left - 60, right: area.right + 60 };
}
