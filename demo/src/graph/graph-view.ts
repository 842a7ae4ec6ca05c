// The graph of a model: nested models and repeated blocks expand and collapse, boxes are selected by mouse or arrow keys.
import { html, svg } from '../dom.js';
import { measure } from './draw.js';
import { Drawing } from './drawing.js';
import { countNodes, fold, mostUnfolded } from './fold.js';
import { layout } from '../layout/layout.js';
import { allNodes, shapeText, type Change, type Graph, type GraphNode } from '../types.js';
import { svgFile, type SvgPart } from './svg-file.js';
import { PanZoom, type View } from './pan-zoom.js';

export interface GraphViewEvents {
  /** A box was selected, or none. */
  select(path: string | null): void;
  /** A nested model or block was expanded or collapsed. */
  toggle(path: string, expanded: boolean): void;
  /** The user moved or scaled the drawing. */
  move(view: View): void;
}

const nothing: Graph = { nodes: [], edges: [], repeats: [], key: '' };

/** A node, and the nested model or block that contains it. */
interface Indexed {
  readonly node: GraphNode;
  readonly owner: string | null;
}

export class GraphView {
  readonly element: HTMLElement;
  readonly #events: GraphViewEvents;
  readonly #tree: SVGSVGElement;
  readonly #panZoom: PanZoom;
  readonly #expanded = new Set<string>();
  readonly #drawing: Drawing;
  #given = nothing;
  #graph = nothing;
  #index = new Map<string, Indexed>();
  #changes: ReadonlyMap<string, Change> = new Map();
  #hasLayout = false;
  #selected: string | null = null;
  #focused: string | null = null;
  #turn = 0;
  #updates = false;
  /** Whether repeated blocks are folded; null leaves it to the number of layers. */
  #folds: boolean | null = null;

  constructor(label: string, events: GraphViewEvents) {
    this.#events = events;
    this.#drawing = new Drawing({
      node: (path) => this.#index.get(path)!.node,
      expanded: (path) => this.#expanded.has(path),
      change: (path) => this.#changeOf(path),
      level: (path) => this.#levelOf(path),
    });
    const { content, definitions } = this.#drawing;
    this.#tree = svg('svg', { role: 'tree', 'aria-label': label, class: 'graph' });
    this.#tree.append(definitions, content);
    const moved = (view: View) => events.move(view);
    this.#panZoom = new PanZoom(this.#tree, content, moved, () => this.#update());
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
    const isSame = graph.key === this.#given.key && this.#hasLayout;
    const isAlike = isSame || haveSamePaths(graph, this.#given);
    this.#given = graph;
    this.#changes = changes;
    if (isSame) return this.#drawing.markChanges();
    if (!isAlike) this.#focused = this.#selected = null;
    await this.#refold(!isAlike);
  }

  /** Folds the repeated blocks, or draws all layers; null leaves it to the number of layers. */
  async fold(folds: boolean | null): Promise<void> {
    this.#folds = folds;
    await this.#refold(true);
  }

  get isFolded(): boolean {
    return this.#folds ?? countNodes(this.#given) > mostUnfolded;
  }

  async #refold(fits: boolean): Promise<void> {
    this.#graph = this.isFolded ? fold(this.#given) : this.#given;
    this.#index = indexOf(this.#graph);
    for (const path of this.#expanded)
      if (!this.#index.get(path)?.node.inner) this.#expanded.delete(path);
    if ((await this.#draw()) && fits) this.fit();
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
    const found = [...allNodes(this.#graph)].filter(
      ({ path, className, shapes, blockOf }) =>
        !blockOf &&
        [path, className, ...shapes.map(shapeText)].some((part) =>
          part.toLowerCase().includes(wanted),
        ),
    );
    const paths = wanted ? found.map(({ path }) => path) : [];
    this.#drawing.found = new Set(paths);
    return paths;
  }

  /** The whole drawing for an SVG file, with its colours; null while there is none. */
  toSvg(): SvgPart | null {
    if (!this.#hasLayout || this.element.clientWidth === 0) return null;
    const { content, layout: placed } = this.#drawing;
    return this.#drawing.whole(() => svgFile(this.#tree, content, placed.width, placed.height));
  }

  node(path: string): GraphNode | undefined {
    return this.#index.get(path)?.node;
  }

  /** Marks a box and scrolls it into view, left of what covers the drawing's right edge. */
  select(path: string | null, covered = 0): void {
    this.#selected = path;
    this.#panZoom.covered = covered;
    this.#drawing.selected = path;
    this.#revealSelected();
  }

  #revealSelected(): void {
    const placed = this.#selected === null ? undefined : this.#drawing.placed(this.#selected);
    if (placed && this.element.clientWidth > 0) this.#panZoom.reveal(placed);
  }

  /** Opens the nested models and blocks around a box. */
  async open(path: string): Promise<void> {
    let hasOpened = false;
    for (let owner = this.#ownerOf(path); owner !== null; owner = this.#ownerOf(owner)) {
      hasOpened ||= !this.#expanded.has(owner);
      this.#expanded.add(owner);
    }
    if (hasOpened && (await this.#draw())) this.#revealSelected();
  }

  #ownerOf(path: string): string | null {
    return this.#index.get(path)?.owner ?? null;
  }

  #levelOf(path: string): number {
    const owner = this.#ownerOf(path);
    return owner === null ? 1 : 1 + this.#levelOf(owner);
  }

  expand(path: string, expanded: boolean): void {
    if (this.#expanded.has(path) === expanded || !this.node(path)?.inner) return;
    if (expanded) this.#expanded.add(path);
    else this.#expanded.delete(path);
    void this.#draw(path);
  }

  // A block shows whether something in it differs.
  #changeOf(path: string): Change | undefined {
    const own = this.#changes.get(path);
    const node = this.#index.get(path)?.node;
    if (own || !node?.blockOf) return own;
    const inner = new Set([...allNodes(node.inner!)].map((each) => this.#changes.get(each.path)));
    inner.delete(undefined);
    return inner.size > 1 ? 'changed' : [...inner][0];
  }

  /** Returns false if another drawing was requested meanwhile and is shown instead. */
  async #draw(keepFocusOn?: string): Promise<boolean> {
    const turn = ++this.#turn;
    this.element.setAttribute('aria-busy', 'true');
    const placed = await layout(measure(this.#graph, this.#expanded));
    if (turn !== this.#turn) return false;
    const hadFocus = this.#tree.contains(document.activeElement);
    this.#hasLayout = true;
    this.#drawing.show(placed);
    this.#drawing.selected = this.#selected;
    if (this.#focused === null || !this.#drawing.placed(this.#focused))
      this.#focused = placed.boxes[0]?.id ?? null;
    this.#drawing.focused = this.#focused;
    this.#updateNow();
    this.element.setAttribute('aria-busy', 'false');
    if (keepFocusOn !== undefined) this.#moveFocus(keepFocusOn, hadFocus);
    return true;
  }

  // Once per frame.
  #update(): void {
    if (this.#updates || !this.#drawing.isPartial) return;
    this.#updates = true;
    requestAnimationFrame(() => {
      this.#updates = false;
      this.#updateNow();
    });
  }

  #updateNow(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.#drawing.update(this.#panZoom.view, { width, height });
  }

  /** Shows the whole drawing, or its upper part if the whole would be too small. */
  fit(): void {
    const { width, height } = this.#drawing.layout;
    if (this.#hasLayout && this.element.clientWidth > 0) this.#panZoom.fit(width, height);
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
    const order = this.#drawing.paths;
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
          : this.#moveFocus(this.#ownerOf(path) ?? undefined, true),
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

  #moveFocus(path: string | undefined, forReal: boolean): void {
    const placed = path === undefined ? undefined : this.#drawing.placed(path);
    if (!placed) return;
    this.#focused = placed.id;
    this.#drawing.focused = placed.id;
    if (!forReal) return;
    this.#drawing.focus();
    this.#panZoom.reveal(placed);
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

function indexOf(graph: Graph): Map<string, Indexed> {
  const index = new Map<string, Indexed>();
  const add = ({ nodes }: Graph, owner: string | null) => {
    for (const node of nodes) {
      index.set(node.path, { node, owner });
      if (node.inner) add(node.inner, node.path);
    }
  };
  add(graph, null);
  return index;
}

// The graph of a file whose weights are still being read has the same boxes as the model's graph.
function haveSamePaths(a: Graph, b: Graph): boolean {
  return (
    a.nodes.length > 0 &&
    a.nodes.length === b.nodes.length &&
    a.nodes.every(({ path }, i) => path === b.nodes[i]!.path)
  );
}
