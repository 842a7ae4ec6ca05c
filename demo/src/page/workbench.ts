// The two models on the page: opens one, keeps its clone up to date, compares them.
import { byId, html } from '../dom.js';
import * as engine from '../engine/engine.js';
import { EngineError } from '../engine/answer.js';
import type { Difference, ModelView } from '../types.js';
import { Busy } from './busy.js';
import { Graphs } from './graphs.js';
import { HookPanel } from './hook-panel.js';
import {
  isWeights,
  ModelSource,
  sizeOf,
  type ModelFile,
  type NamedFile,
  type Report,
} from './model-source.js';
import { Numbers, type FactRow } from './numbers.js';
import { describeProblem } from './problems.js';
import { Results } from './results.js';
import type { Opened } from './snippet.js';
import { unknownClasses } from './unknown-classes.js';

/** `Origin` is what a link can name: where a model that is not the user's own came from. */
export class Workbench<Origin> {
  readonly hook: HookPanel;
  readonly results: Results;
  readonly graphs: Graphs;
  readonly #changed: () => void;
  readonly #numbers = new Numbers();
  readonly #main = byId('main', HTMLElement);
  readonly #problem = byId('problem', HTMLElement);
  readonly #busy = new Busy(() => this.#cancel());
  #original: ModelView | null = null;
  #clone: ModelView | null = null;
  #source: ModelSource | null = null;
  #name = '';
  #origin: Origin | null = null;
  #difference = '';
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
    this.results = new Results(() => {
      changed();
      void this.graphs.inputChanged();
    });
    this.graphs = new Graphs({
      info: async (side, path) => {
        const view = side === 'original' ? this.#original : this.#clone;
        return view ? engine.layerOf(view.id, path).catch(() => null) : null;
      },
      activations: (side, path) => this.results.activations(side, path),
    });
  }

  /** File name of the open model. */
  get name(): string {
    return this.#name;
  }

  /** Where the open model came from; null for the user's own files, and once weights of a file are in it. */
  get origin(): Origin | null {
    return this.#origin;
  }

  /** The clone; null while there is none. */
  get clone(): ModelView | null {
    return this.#clone;
  }

  /** How the open model was opened. */
  get opened(): Opened {
    return this.#source?.opened ?? { model: this.#name, weights: [], classes: '' };
  }

  /** Numbers of both models, with their accuracy if it is known. */
  get facts(): readonly FactRow[] {
    const shown = this.#original ? this.#numbers.rows(this.#original, this.#clone) : [];
    const { accuracy } = this.results;
    return accuracy ? [...shown, ['Accuracy on held-out digits', ...accuracy]] : shown;
  }

  /** What differs between both models, as text. */
  get differenceText(): string {
    return this.#difference;
  }

  /** Leaves the code of the hook alone until the user runs it. */
  hold(): void {
    this.#holds = true;
  }

  /** Opens a model and clones it. If that fails, the page says why and keeps the previous models. */
  async open(
    name: string,
    read: () => Promise<ModelFile>,
    origin: Origin | null = null,
    classes = '',
  ): Promise<void> {
    const turn = ++this.#opening;
    const isCurrent = () => turn === this.#opening;
    this.#isOpening = true;
    this.#busy.begin(`Opening ${name} …`);
    this.#problem.hidden = true;
    let hasPreview = false;
    try {
      const file = await read();
      if (!isCurrent()) return;
      const hasModel = !isWeights(name);
      const graph = hasModel && file instanceof Blob ? await engine.previewGraph(file) : null;
      if (graph && isCurrent()) {
        hasPreview = true;
        await this.graphs.showOriginal(graph);
        await nextFrame();
      }
      if (!isCurrent()) return;
      const named = { name, file };
      const source = hasModel ? new ModelSource(named, classes) : this.#withWeights(named);
      const view = await source.open(this.#reportOf(name, sizeOf(file), isCurrent));
      if (!isCurrent()) return engine.close(view.id);
      this.#origin = origin;
      await this.#replaceOriginal(name, source, view);
      if (!isCurrent()) return;
      this.#isOpening = false;
      await this.#reclone();
      if (isCurrent()) this.#busy.end(`${name} is open.`);
    } catch (error) {
      if (!isCurrent()) return;
      this.#isOpening = false;
      if (await engine.hasLostModels(error)) await this.#reopen();
      if (!isCancelled(error))
        this.#explain(name, error, classes, (code) => void this.open(name, read, origin, code));
      if (hasPreview && this.#original) await this.graphs.showOriginal(this.#original.graph);
      // The hook may have changed meanwhile.
      await this.#reclone();
      if (isCurrent()) this.#busy.end(isCancelled(error) ? 'Cancelled.' : '');
    }
  }

  /** Runs something that takes long, and shows what it is, how far it is, and why it failed. */
  async work(what: string, task: (say: (progress: string) => void) => Promise<string>) {
    this.#busy.begin(`${what} …`);
    await nextFrame();
    try {
      this.#busy.end(await task((progress) => (this.#busy.progress = progress)));
    } catch (error) {
      if (await engine.hasLostModels(error)) {
        await this.#reopen();
        await this.#reclone();
      }
      if (!isCancelled(error)) {
        this.#problem.replaceChildren(describeProblem(`${what} failed.`, error), this.#dismiss());
        this.#problem.hidden = false;
      }
      this.#busy.end(isCancelled(error) ? 'Cancelled.' : '');
    }
  }

  #cancel(): void {
    if (this.#isCloning) {
      // It may be the hook that never ends.
      this.#holds = true;
      this.hook.code.waits = true;
    }
    engine.cancel();
  }

  #withWeights(weights: NamedFile): ModelSource {
    if (this.#source) return this.#source.withWeights(weights);
    throw new Error('Open a model first: a file of weights does not say what layers there are.');
  }

  #reportOf(name: string, bytes: number, isCurrent: () => boolean): Report {
    const what = `Opening ${name}, ${(bytes / 1e6).toFixed(1)} MB`;
    return ({ phase, loaded, total }) => {
      if (!isCurrent()) return;
      const done = phase === 'weights' ? `weights of ${loaded} of ${total} layers` : phase;
      this.#busy.progress = `${what}: ${done} …`;
    };
  }

  // The worker was ended, and its models with it.
  async #reopen(): Promise<void> {
    this.#clone = null;
    const source = this.#source;
    if (!source) return;
    try {
      const view = await source.open(() => undefined);
      this.#original = view;
      await this.results.use('original', view);
    } catch {
      this.#original = null; // cancelled once more
    }
  }

  async #replaceOriginal(name: string, source: ModelSource, view: ModelView): Promise<void> {
    for (const old of [this.#original, this.#clone]) if (old) engine.close(old.id);
    this.#name = name;
    this.#source = source;
    this.#original = view;
    this.#clone = null;
    this.#numbers.show(view, null, '');
    await this.graphs.showOriginal(view.graph);
    await this.results.use('clone', null);
    await this.results.use('original', view);
    this.#changed();
  }

  /** Clones with the current hook; while a clone is being made, once more after it, however often this is called. */
  async #reclone(): Promise<void> {
    this.#isCloneStale = true;
    if (this.#isCloning || this.#isOpening || this.#holds) return;
    this.#isCloning = true;
    this.#busy.begin(null, 'Running the hook …');
    try {
      while (this.#isCloneStale && !this.#isOpening) {
        this.#isCloneStale = false;
        if (this.#original) await this.#makeClone(this.#original);
        await nextFrame();
      }
    } finally {
      this.#isCloning = false;
      if (!this.#isOpening) this.#busy.end(null);
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
      if (await engine.hasLostModels(error)) {
        await this.#reopen();
        if (this.#original) await this.#failClone(this.#original, error);
      } else await this.#failClone(original, error);
    }
  }

  async #showClone(original: ModelView, view: ModelView, difference: Difference): Promise<void> {
    if (this.#clone) engine.close(this.#clone.id);
    this.#clone = view;
    this.#difference = difference.text;
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
    if (isCancelled(error)) {
      this.hook.code.notice = 'Cancelled. Click Run to run this code again.';
      return;
    }
    const isUsers = error instanceof EngineError && error.name === 'UserCodeError';
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
}

const isCancelled = (error: unknown): boolean => error instanceof engine.CancelledError;

// Lets the browser paint. Hidden tabs never request frames, so a timer ends the wait as well.
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}
