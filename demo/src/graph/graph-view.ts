// The graph of a model: nested models expand and collapse, boxes are selected by mouse or arrow keys.
import { html, svg } from '../dom.js';
import { arrowHead, drawBox, drawEdge, markBox, measure } from './draw.js';
import { layout } from '../layout/layout.js';
import type { Layout, PlacedBox } from '../layout/types.js';
import { allNodes, shapeText, type Change, type Graph, type GraphNode } from '../types.js';
import { svgFile } from './svg-file.js';
import { PanZoom, type View } from './pan-zoom.js';

export interface GraphViewEvents {
  /** A box was selected, or none. */
  select(path: string | null): void;
  /** A nested model was expanded or collapsed. */
  toggle(path: string, expanded: boolean): void;
  /** The user moved or scaled the drawing. */
  move(view: View): void;
}

export class GraphView {
  readonly element: HTMLElement;
  readonly #events: GraphViewEvents;
  readonly #content = svg('g');
  readonly #tree: SVGSVGElement;
  readonly #panZoom: PanZoom;
  readonly #expanded = new Set<string>();
  readonly #boxes = new Map<string, { node: GraphNode; placed: PlacedBox; group: SVGGElement }>();
  #graph: Graph = { nodes: [], edges: [], repeats: [], key: '' };
  #changes: ReadonlyMap<string, Change> = new Map();
  #layout: Layout | null = null;
  #selected: string | null = null;
  #focused: string | null = null;
  #drawing = 0;
  #shownKey = '';

  constructor(label: string, events: GraphViewEvents) {
    this.#events = events;
    const head = arrowHead();
    this.#tree = svg('svg', { role: 'tree', 'aria-label': label, class: 'graph' }, head);
    this.#tree.append(this.#content);
    this.#panZoom = new PanZoom(this.#tree, this.#content, (view) => events.move(view));
    this.element = html('div', { class: 'graph-frame' }, this.#tree, this.#buttons());
    this.#tree.addEventListener('click', (event) => this.#click(event));
    this.#tree.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => {
      this.fit();
      this.#revealSelected();
    }).observe(this.element);
  }

  /** Draws a graph; only marks changes if the drawing would be the same. */
  async show(graph: Graph, changes: ReadonlyMap<string, Change>): Promise<void> {
    this.#graph = graph;
    this.#changes = changes;
    if (graph.key === this.#shownKey && this.#layout) {
      for (const node of allNodes(graph)) {
        const box = this.#boxes.get(node.path);
        if (box) markBox(box.group, (box.node = node), changes.get(node.path));
      }
      return;
    }
    this.#shownKey = graph.key;
    this.#focused = this.#selected = null;
    const paths = new Set([...allNodes(graph)].map(({ path }) => path));
    for (const path of this.#expanded) if (!paths.has(path)) this.#expanded.delete(path);
    if (await this.#draw()) this.fit();
  }

  /** Puts the focus on the box that had it last. */
  focus(): void {
    this.#moveFocus(this.#focused ?? undefined, true);
  }

  /** Shows the part of the drawing that another view shows. */
  follow(view: View): void {
    this.#panZoom.follow(view);
  }

  /** Paths of the layers whose path, class or output shape contains the text. */
  search(text: string): string[] {
    const wanted = text.trim().toLowerCase();
    const found = [...allNodes(this.#graph)].filter(({ path, className, shapes }) =>
      [path, className, ...shapes.map(shapeText)].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
    );
    const paths = wanted ? found.map(({ path }) => path) : [];
    for (const [path, { group }] of this.#boxes)
      group.classList.toggle('found', paths.includes(path));
    return paths;
  }

  /** The drawing as an SVG file, with its colours. */
  toSvg(): string {
    const { width = 0, height = 0 } = this.#layout ?? {};
    return svgFile(this.#tree, this.#content, width, height);
  }

  node(path: string): GraphNode | undefined {
    return [...allNodes(this.#graph)].find((node) => node.path === path);
  }

  /** Marks a box and scrolls it into view, left of what covers the drawing's right edge. */
  select(path: string | null, covered = 0): void {
    this.#selected = path;
    this.#panZoom.covered = covered;
    this.#markSelected();
    this.#revealSelected();
  }

  #revealSelected(): void {
    const box = this.#selected === null ? undefined : this.#boxes.get(this.#selected);
    if (box && this.element.clientWidth > 0) this.#panZoom.reveal(box.placed);
  }

  expand(path: string, expanded: boolean): void {
    if (this.#expanded.has(path) === expanded || !this.node(path)?.inner) return;
    if (expanded) this.#expanded.add(path);
    else this.#expanded.delete(path);
    void this.#draw(path);
  }

  /** Returns false if another drawing was requested meanwhile and is shown instead. */
  async #draw(keepFocusOn?: string): Promise<boolean> {
    const turn = ++this.#drawing;
    this.element.setAttribute('aria-busy', 'true');
    const placed = await layout(measure(this.#graph, this.#expanded));
    if (turn !== this.#drawing) return false;
    const hadFocus = this.#tree.contains(document.activeElement);
    this.#layout = placed;
    this.#fill(placed);
    this.element.setAttribute('aria-busy', 'false');
    if (keepFocusOn !== undefined) this.#moveFocus(keepFocusOn, hadFocus);
    return true;
  }

  #fill(placed: Layout): void {
    const nodes = new Map([...allNodes(this.#graph)].map((node) => [node.path, node]));
    const hidden = { role: 'none', 'aria-hidden': 'true' };
    const below = svg('g', { role: 'none' });
    const above = svg('g', { role: 'none' });
    this.#boxes.clear();
    for (const box of placed.boxes) {
      const node = nodes.get(box.id)!;
      const expanded = this.#expanded.has(box.id);
      const group = drawBox(node, box, { expanded, change: this.#changes.get(box.id) });
      this.#boxes.set(box.id, { node, placed: box, group });
      (expanded ? below : above).append(group);
    }
    this.#content.replaceChildren(below, svg('g', hidden, ...placed.edges.map(drawEdge)), above);
    if (this.#focused === null || !this.#boxes.has(this.#focused))
      this.#focused = placed.boxes[0]?.id ?? null;
    this.#boxes.get(this.#focused ?? '')?.group.setAttribute('tabindex', '0');
    this.#markSelected();
  }

  #markSelected(): void {
    for (const [path, { group }] of this.#boxes)
      group.setAttribute('aria-selected', String(path === this.#selected));
  }

  /** Shows the whole drawing, or its upper part if the whole would be too small. */
  fit(): void {
    if (this.#layout && this.element.clientWidth > 0)
      this.#panZoom.fit(this.#layout.width, this.#layout.height);
  }

  #click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const path = event.target.closest('.box')?.getAttribute('data-path') ?? null;
    if (path !== null) this.#moveFocus(path, true);
    if (path !== null && event.target.closest('.toggle')) this.#toggle(path);
    else this.#choose(path);
  }

  // Tree keys: up and down move through the boxes in order, right expands, left collapses or moves to the parent.
  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#focused === null) return;
    const path = this.#focused;
    const order = this.#visible();
    const at = order.indexOf(path);
    const actions: Record<string, () => void> = {
      ArrowDown: () => this.#moveFocus(order[at + 1], true),
      ArrowUp: () => this.#moveFocus(order[at - 1], true),
      Home: () => this.#moveFocus(order[0], true),
      End: () => this.#moveFocus(order.at(-1), true),
      ArrowRight: () =>
        this.#expanded.has(path) ? this.#moveFocus(order[at + 1], true) : this.#toggle(path),
      ArrowLeft: () =>
        this.#expanded.has(path)
          ? this.#toggle(path)
          : this.#moveFocus(path.slice(0, Math.max(path.lastIndexOf('/'), 0)), true),
      Enter: () => this.#choose(path),
      ' ': () => this.#choose(path),
      Escape: () => this.#choose(null),
      '+': () => this.#panZoom.zoom(1.25),
      '-': () => this.#panZoom.zoom(0.8),
      '0': () => this.fit(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #visible(): string[] {
    return [...allNodes(this.#graph)]
      .map(({ path }) => path)
      .filter((path) => this.#boxes.has(path));
  }

  #moveFocus(path: string | undefined, forReal: boolean): void {
    const box = path === undefined ? undefined : this.#boxes.get(path);
    if (!box) return;
    this.#boxes.get(this.#focused ?? '')?.group.setAttribute('tabindex', '-1');
    this.#focused = box.node.path;
    box.group.setAttribute('tabindex', '0');
    if (!forReal) return;
    box.group.focus({ preventScroll: true });
    this.#panZoom.reveal(box.placed);
  }

  #choose(path: string | null): void {
    this.select(path);
    this.#events.select(path);
  }

  #toggle(path: string): void {
    const expanded = !this.#expanded.has(path);
    if (!this.node(path)?.inner) return;
    this.expand(path, expanded);
    this.#events.toggle(path, expanded);
  }

  #buttons(): HTMLElement {
    const button = (text: string, name: string, action: () => void) => {
      const made = html('button', { type: 'button', 'aria-label': name, title: name }, text);
      made.addEventListener('click', action);
      return made;
    };
    return html(
      'div',
      { class: 'graph-buttons' },
      button('+', 'Zoom in', () => this.#panZoom.zoom(1.25)),
      button('−', 'Zoom out', () => this.#panZoom.zoom(0.8)),
      button('⤢', 'Fit the graph', () => this.fit()),
    );
  }
}
