// The graphs of both models, one at a time or in step: same part, same selection, same nested models.
import { byId, html } from '../dom.js';
import { sides, type Side } from '../charts/output-chart.js';
import { changeWords, signs } from '../graph/draw.js';
import { GraphView } from '../graph/graph-view.js';
import { hasRepeats } from '../graph/fold.js';
import { LayerDetails, type Activations, type LayerSide } from '../graph/layer-details.js';
import { beside, type SvgPart } from '../graph/svg-file.js';
import { changeKinds, type Change, type Difference, type Graph, type LayerInfo } from '../types.js';

const none: ReadonlyMap<string, Change> = new Map();

/** What the graphs ask about a layer. */
export interface LayerQuestions {
  /** Null when the model has gone meanwhile. */
  info(side: Side, path: string): Promise<LayerInfo | null>;
  activations(side: Side, path: string): Promise<Activations>;
}

export class Graphs {
  readonly #main = byId('main', HTMLElement);
  readonly #views: Record<Side, GraphView>;
  readonly #details = new LayerDetails(() => this.#closeDetails());
  readonly #legend = byId('legend', HTMLElement);
  readonly #same = byId('same', HTMLElement);
  readonly #found = byId('found', HTMLElement);
  readonly #search = byId('search', HTMLInputElement);
  readonly #fold = byId('fold', HTMLInputElement);
  readonly #ask: LayerQuestions;
  #pairs = new Map<string, string>();
  #selected: string | null = null;
  #hits: string[] = [];
  // Activations that are being computed; whether the input has changed meanwhile.
  #activating: Promise<void> | null = null;
  #isActivationStale = false;
  #hit = 0;

  constructor(ask: LayerQuestions) {
    this.#ask = ask;
    this.#views = { original: this.#makeView('original'), clone: this.#makeView('clone') };
    byId('graphs', HTMLElement).append(this.#details.element);
    for (const radio of document.querySelectorAll<HTMLInputElement>('#views input'))
      radio.addEventListener('change', () => this.#setMode(radio.value));
    this.#search.addEventListener('input', () => this.#find());
    this.#fold.addEventListener('change', () => {
      for (const side of sides) void this.#views[side].fold(this.#fold.checked);
    });
    this.#search.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#next(event.shiftKey ? -1 : 1);
    });
  }

  /** Shows one model; the changes come later, by `compare`. */
  async showOriginal(graph: Graph): Promise<void> {
    this.#forgetSelection();
    this.#pairs.clear();
    this.#fillLegend(none, none);
    await this.#views.original.show(graph, none);
    this.#offerFolding(graph);
  }

  async compare(original: Graph, clone: Graph, difference: Difference): Promise<void> {
    this.#pairs = new Map(difference.was);
    this.#fillLegend(difference.original, difference.clone);
    this.#same.hidden = difference.original.size + difference.clone.size > 0;
    await Promise.all([
      this.#views.original.show(original, difference.original),
      this.#views.clone.show(clone, difference.clone),
    ]);
    this.#offerFolding(original, clone);
    if (this.#selected !== null) await this.#showDetails(this.#selected);
  }

  /** The drawing that is seen; of two, the clone. */
  picture(): SvgPart {
    const mode = this.#main.dataset['view'] === 'code' ? 'clone' : undefined;
    const part = this.#whileSeen(mode, () => this.#views[this.#shown].toSvg());
    if (!part) throw new Error('There is no graph.');
    return part;
  }

  /** Both drawings beside each other, with a legend. */
  differencePicture(): SvgPart {
    return this.#whileSeen('both', () => {
      const parts = sides.flatMap((side) => {
        const part = this.#views[side].toSvg();
        return part ? [{ title: side === 'clone' ? 'Clone' : 'Original', part }] : [];
      });
      const counts = [...this.#legend.children].map(({ textContent }) => textContent.trim());
      return beside(parts, counts.join('   '), this.#legend);
    });
  }

  // A hidden drawing has no colours.
  #whileSeen<T>(mode: string | undefined, use: () => T): T {
    const before = this.#main.dataset['view'];
    if (mode !== undefined) this.#main.dataset['view'] = mode;
    try {
      return use();
    } finally {
      this.#main.dataset['view'] = before;
    }
  }

  get #shown(): Side {
    return this.#main.dataset['view'] === 'original' ? 'original' : 'clone';
  }

  #offerFolding(...graphs: Graph[]): void {
    byId('fold-box', HTMLElement).hidden = !graphs.some(hasRepeats);
    this.#fold.checked = this.#views.original.isFolded;
  }

  #makeView(side: Side): GraphView {
    const view: GraphView = new GraphView(`Graph of the ${side}`, {
      select: (path) => this.#select(path === null ? null : this.#pathInClone(side, path)),
      toggle: (path, expanded) => {
        for (const other of sides)
          this.#views[other].expand(this.#pathIn(other, this.#pathInClone(side, path)), expanded);
      },
      move: (seen) => {
        for (const other of sides) if (other !== side) this.#views[other].follow(seen);
      },
    });
    view.element.dataset['side'] = side;
    const title = html('h2', { class: 'side-title' }, side === 'clone' ? 'Clone' : 'Original');
    view.element.prepend(title);
    byId('graphs', HTMLElement).append(view.element);
    return view;
  }

  #setMode(mode: string): void {
    this.#main.dataset['view'] = mode;
    this.#mark();
  }

  // A selection has the path in the clone, or in the original for a removed layer.
  #pathInClone(side: Side, path: string): string {
    if (side === 'clone') return path;
    return [...this.#pairs].find(([, before]) => before === path)?.[0] ?? path;
  }

  #pathIn(side: Side, path: string): string {
    return side === 'clone' ? path : (this.#pairs.get(path) ?? path);
  }

  #select(path: string | null): void {
    this.#selected = path;
    this.#mark();
    if (path === null) this.#details.show(null, null);
    else void this.#showDetails(path);
  }

  // Marks the selected box, and shows it beside the details.
  #mark(): void {
    const path = this.#selected;
    const { hidden, offsetWidth } = this.#details.element;
    // Beside two graphs, the details are below them.
    const covered = hidden || this.#main.dataset['view'] === 'both' ? 0 : offsetWidth;
    for (const side of sides)
      this.#views[side].select(path === null ? null : this.#pathIn(side, path), covered);
  }

  // The focus, which was perhaps in the details, returns to the box.
  #closeDetails(): void {
    this.#select(null);
    this.#views[this.#shown].focus();
  }

  #forgetSelection(): void {
    this.#selected = null;
    this.#details.show(null, null);
  }

  async #showDetails(path: string): Promise<void> {
    this.#details.element.setAttribute('aria-busy', 'true');
    const [original, clone] = await Promise.all(
      sides.map(async (side): Promise<LayerSide | null> => {
        const own = this.#pathIn(side, path);
        const node = this.#views[side].node(own);
        const info = node && (await this.#ask.info(side, own));
        return info ? { node, ...info } : null;
      }),
    );
    if (this.#selected !== path) return;
    this.#details.show(original!, clone!);
    this.#details.element.setAttribute('aria-busy', 'false');
    this.#mark();
    await this.inputChanged();
  }

  /** Shows what the selected layer returns for the input on display. */
  inputChanged(): Promise<void> {
    this.#isActivationStale = true;
    return (this.#activating ??= this.#activate().finally(() => (this.#activating = null)));
  }

  async #activate(): Promise<void> {
    while (this.#isActivationStale) {
      this.#isActivationStale = false;
      const path = this.#selected;
      if (path === null || this.#isBlock(path)) continue;
      const [original, clone] = await Promise.all(
        sides.map(async (side) => {
          const own = this.#pathIn(side, path);
          return this.#views[side].node(own) ? this.#ask.activations(side, own) : null;
        }),
      );
      if (path === this.#selected && !this.#isActivationStale)
        this.#details.showActivations({ original: original!, clone: clone! });
    }
  }

  #isBlock(path: string): boolean {
    return sides.some((side) => this.#views[side].node(this.#pathIn(side, path))?.blockOf);
  }

  #find(): void {
    const text = this.#search.value;
    const shown = this.#shown;
    const found = {
      original: this.#views.original.search(text),
      clone: this.#views.clone.search(text),
    };
    this.#hits = found[shown].length > 0 ? found[shown] : found.original;
    this.#hit = -1;
    this.#found.textContent = text.trim() ? `${this.#hits.length} found` : '';
    if (this.#hits.length > 0) this.#next(1);
  }

  #next(step: number): void {
    const count = this.#hits.length;
    if (count === 0) return;
    this.#hit = (this.#hit + step + count) % count;
    this.#found.textContent = `${this.#hit + 1} of ${count}`;
    const path = this.#hits[this.#hit]!;
    for (const side of sides) void this.#views[side].open(this.#pathIn(side, path));
    this.#select(path);
  }

  #fillLegend(original: ReadonlyMap<string, Change>, clone: ReadonlyMap<string, Change>): void {
    const removed = [...original].filter(([, change]) => change === 'removed');
    const all = [...clone.values(), ...removed.map(([, change]) => change)];
    const items = changeKinds.map((kind) => {
      const count = all.filter((change) => change === kind).length;
      const sign = html('span', { class: `sign ${kind}`, 'aria-hidden': 'true' }, signs[kind]);
      return html(
        'li',
        { 'data-change': kind, 'data-count': count, class: count ? null : 'none' },
        sign,
        ` ${count} ${changeWords[kind]}`,
      );
    });
    this.#legend.replaceChildren(...items);
    this.#same.hidden = true;
  }
}
