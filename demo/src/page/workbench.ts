// The two models on the page: opens one, keeps its clone up to date, compares them.
import { byId, html } from '../dom.js';
import * as engine from '../engine/engine.js';
import { previewGraph } from '../engine/preview.js';
import { UserCodeError } from '../engine/user-code.js';
import type { Difference, ModelView } from '../types.js';
import { Graphs } from './graphs.js';
import { HookPanel } from './hook-panel.js';
import { Numbers } from './numbers.js';
import { describeProblem } from './problems.js';
import { Results } from './results.js';
import { unknownClasses } from './unknown-classes.js';

export class Workbench {
  readonly hook: HookPanel;
  readonly results: Results;
  readonly graphs: Graphs;
  readonly #changed: () => void;
  readonly #numbers = new Numbers();
  readonly #main = byId('main', HTMLElement);
  readonly #status = byId('status', HTMLElement);
  readonly #problem = byId('problem', HTMLElement);
  #original: ModelView | null = null;
  #clone: ModelView | null = null;
  #name = '';
  // The number of the latest open(); earlier ones are abandoned.
  #opening = 0;
  #isOpening = false;
  #isCloning = false;
  #isCloneStale = false;
  #holds = false;

  /** `changed` is called when the state of the page has changed, for the link to it. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.hook = new HookPanel({
      run: () => {
        this.#holds = false;
        this.hook.code.notice = '';
        void this.#reclone();
      },
      slide: () => void this.#reclone(),
    });
    this.results = new Results(changed);
    this.graphs = new Graphs((side, path) => {
      const view = side === 'original' ? this.#original : this.#clone;
      return view ? engine.weightsOf(view.id, path) : [];
    });
  }

  /** File name of the open model. */
  get name(): string {
    return this.#name;
  }

  /** The clone; null while there is none. */
  get clone(): ModelView | null {
    return this.#clone;
  }

  /** Leaves the code of the hook alone until the user runs it. */
  hold(): void {
    this.#holds = true;
  }

  /** Opens a model and clones it. If that fails, the page says why and keeps the previous models. */
  async open(name: string, read: () => Promise<Blob>, classes = ''): Promise<void> {
    const turn = ++this.#opening;
    const isCurrent = () => turn === this.#opening;
    this.#isOpening = true;
    this.#busy(`Opening ${name} …`);
    this.#problem.hidden = true;
    let hasPreview = false;
    try {
      const file = await read();
      if (!isCurrent()) return;
      const isWeights = /\.weights\.(h5|json)$/.test(name);
      const graph = isWeights ? null : await previewGraph(file);
      if (graph && isCurrent()) {
        hasPreview = true;
        await this.graphs.showOriginal(graph);
        await nextFrame();
      }
      if (!isCurrent()) return;
      const view = isWeights
        ? await engine.openWeights(this.#originalId(), file)
        : await engine.open(file, classes);
      if (!isCurrent()) return engine.close(view.id);
      await this.#replaceOriginal(name, view);
      if (!isCurrent()) return;
      this.#isOpening = false;
      await this.#reclone();
      if (isCurrent()) this.#idle(`${name} is open.`);
    } catch (error) {
      if (!isCurrent()) return;
      this.#isOpening = false;
      this.#explain(name, error, classes, (code) => void this.open(name, read, code));
      if (hasPreview && this.#original) await this.graphs.showOriginal(this.#original.graph);
      // The hook may have changed meanwhile.
      await this.#reclone();
      if (isCurrent()) this.#idle('');
    }
  }

  /** Runs something that takes long, and shows what it is and why it failed. */
  async work(what: string, task: () => Promise<string>): Promise<void> {
    this.#busy(`${what} …`);
    await nextFrame();
    try {
      this.#idle(await task());
    } catch (error) {
      this.#problem.replaceChildren(describeProblem(`${what} failed.`, error));
      this.#problem.hidden = false;
      this.#idle('');
    }
  }

  #originalId(): number {
    if (this.#original) return this.#original.id;
    throw new Error('Open a model first: a file of weights does not say what layers there are.');
  }

  async #replaceOriginal(name: string, view: ModelView): Promise<void> {
    for (const old of [this.#original, this.#clone]) if (old) engine.close(old.id);
    this.#name = name;
    this.#original = view;
    this.#clone = null;
    this.#numbers.show(view, null, '');
    await this.graphs.showOriginal(view.graph);
    await this.results.use('clone', null);
    await this.results.use('original', view);
  }

  /** Clones with the current hook; while a clone is being made, once more after it, however often this is called. */
  async #reclone(): Promise<void> {
    this.#isCloneStale = true;
    if (this.#isCloning || this.#isOpening || this.#holds) return;
    this.#isCloning = true;
    this.#main.setAttribute('aria-busy', 'true');
    try {
      while (this.#isCloneStale && !this.#isOpening) {
        this.#isCloneStale = false;
        if (this.#original) await this.#makeClone(this.#original);
        await nextFrame();
      }
    } finally {
      this.#isCloning = false;
      if (!this.#isOpening) this.#main.setAttribute('aria-busy', 'false');
    }
    this.#changed();
  }

  async #makeClone(original: ModelView): Promise<void> {
    const { hook } = this;
    const code = hook.code.text;
    try {
      hook.slide(await engine.sliderOf(code));
      const { view, difference } = await engine.edit(
        original.id,
        code,
        hook.value,
        this.results.form.seed,
      );
      if (original !== this.#original) return engine.close(view.id);
      hook.code.clearProblem();
      hook.code.waits = false;
      await this.#showClone(original, view, difference);
    } catch (error) {
      if (original !== this.#original) return;
      await this.#failClone(original, error);
    }
  }

  async #showClone(original: ModelView, view: ModelView, difference: Difference): Promise<void> {
    if (this.#clone) engine.close(this.#clone.id);
    this.#clone = view;
    this.#main.dataset['clone'] = 'shown';
    this.#numbers.show(original, view, difference.text);
    await Promise.all([
      this.graphs.compare(original.graph, view.graph, difference),
      this.results.use('clone', view),
    ]);
  }

  async #failClone(original: ModelView, error: unknown): Promise<void> {
    if (this.#clone) engine.close(this.#clone.id);
    this.#clone = null;
    this.#main.dataset['clone'] = 'failed';
    this.#numbers.show(original, null, '');
    await this.graphs.showOriginal(original.graph);
    await this.results.use('clone', null);
    const isUsers = error instanceof UserCodeError;
    const message = describeProblem('The hook failed.', isUsers ? error.message : error);
    const text = error instanceof Error ? error.message : String(error);
    await this.hook.code.fail(message, text, isUsers ? error.line : null);
  }

  #explain(name: string, error: unknown, classes: string, again: (classes: string) => void): void {
    const field = unknownClasses(error, classes, again);
    const message = describeProblem(`${name} could not be opened.`, error);
    this.#problem.replaceChildren(message, ...(field ? [field] : []));
    this.#problem.append(this.#dismiss());
    this.#problem.hidden = false;
  }

  #dismiss(): HTMLElement {
    const button = html('button', { type: 'button', class: 'dismiss' }, 'Dismiss');
    button.addEventListener('click', () => (this.#problem.hidden = true));
    return button;
  }

  #busy(text: string): void {
    this.#main.setAttribute('aria-busy', 'true');
    this.#status.textContent = text;
  }

  #idle(text: string): void {
    this.#main.setAttribute('aria-busy', 'false');
    this.#status.textContent = text;
  }
}

// Lets the browser paint. Hidden tabs never request frames, so a timer ends the wait as well.
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}
