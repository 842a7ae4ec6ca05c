// The two models on the page: opens one, keeps its clone up to date, compares them.
import { CloneControls } from './clone-controls.js';
import { compare, differenceText, noDifference, type Difference } from './diff.js';
import { DigitLab } from './digit-lab.js';
import { byId } from './dom.js';
import * as engine from './engine.js';
import { ModelPanel } from './model-panel.js';
import { describeProblem } from './problems.js';
import type { ModelView } from './types.js';

export class Workbench {
  readonly lab = new DigitLab();
  readonly #original: ModelPanel;
  readonly #clone: ModelPanel;
  readonly #controls = new CloneControls(() => void this.#reclone());
  readonly #main = byId('main', HTMLElement);
  readonly #status = byId('status', HTMLElement);
  readonly #problem = byId('problem', HTMLElement);
  readonly #download = byId('download', HTMLButtonElement);
  #originalView: ModelView | null = null;
  #cloneView: ModelView | null = null;
  // The number of the latest open() and clone; earlier ones are abandoned.
  #opening = 0;
  #cloning = 0;
  #isOpening = false;

  constructor() {
    const events = {
      select: (path: string | null) => this.#choose(path),
      toggle: (path: string, expanded: boolean) => {
        for (const panel of [this.#original, this.#clone]) panel.graph.expand(path, expanded);
      },
    };
    this.#original = new ModelPanel(byId('original', HTMLElement), 'original', events);
    this.#clone = new ModelPanel(byId('clone', HTMLElement), 'clone', events);
    this.#download.addEventListener('click', () => void this.#save());
  }

  /** Opens a model and clones it. If that fails, the page says why and keeps the previous models. */
  async open(name: string, read: () => Promise<Uint8Array>): Promise<void> {
    const turn = ++this.#opening;
    const isCurrent = () => turn === this.#opening;
    this.#isOpening = true;
    this.#busy(`Opening ${name} …`);
    this.#problem.hidden = true;
    try {
      const view = await engine.open(await read());
      if (!isCurrent()) return engine.close(view.id);
      if (this.#originalView) engine.close(this.#originalView.id);
      this.#originalView = view;
      await this.#original.show(view, noDifference.original, '');
      if (isCurrent()) await this.lab.invite(view, this.#original);
      if (!isCurrent()) return;
      this.#isOpening = false;
      await this.#reclone(`${name} is open.`);
    } catch (error) {
      if (!isCurrent()) return;
      this.#isOpening = false;
      this.#problem.replaceChildren(describeProblem(`${name} could not be opened.`, error));
      this.#problem.hidden = false;
      // The hook may have changed meanwhile.
      await this.#reclone('');
    }
  }

  /** Clones the open model with the selected hook, then shows `done`. While a model is opening, open() does this later. */
  async #reclone(done = ''): Promise<void> {
    if (this.#isOpening) return;
    const original = this.#originalView;
    if (!original) return this.#idle(done);
    const turn = ++this.#cloning;
    if (done === '') this.#busy('Cloning …');
    await this.#makeClone(original);
    if (turn === this.#cloning && !this.#isOpening) this.#idle(done);
  }

  async #makeClone(original: ModelView): Promise<void> {
    if (this.#cloneView) engine.close(this.#cloneView.id);
    this.#cloneView = null;
    this.#choose(null);
    const { recipe, carriesWeights } = this.#controls;
    try {
      const view = engine.clone(original.id, recipe, carriesWeights);
      this.#cloneView = view;
      this.#download.disabled = false;
      const difference = compare(original.graph, view.graph);
      this.#original.graph.mark(difference.original);
      await this.#clone.show(view, difference.clone, noteOf(difference, carriesWeights));
      if (this.#cloneView === view) await this.lab.invite(view, this.#clone);
    } catch (error) {
      this.#download.disabled = true;
      this.lab.dismiss(this.#clone);
      this.#original.graph.mark(noDifference.original);
      this.#clone.fail(describeProblem(`“${recipe.title}” does not work here.`, error));
    }
  }

  #choose(path: string | null): void {
    const [a, b] = [this.#original, this.#clone];
    const nodes = [a, b].map(({ graph }) => (path === null ? undefined : graph.node(path)));
    a.choose(path, nodes[1]);
    b.choose(path, nodes[0]);
  }

  async #save(): Promise<void> {
    const view = this.#cloneView;
    if (!view) return;
    this.#busy('Saving …');
    try {
      const bytes = await engine.save(view.id);
      offer(bytes, `${view.name}_clone.keras`);
      this.#idle(`The clone has been saved (${bytes.length.toLocaleString('en')} bytes).`);
    } catch (error) {
      this.#problem.replaceChildren(describeProblem('The clone could not be saved.', error));
      this.#problem.hidden = false;
      this.#idle('');
    }
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

function noteOf(difference: Difference, carriesWeights: boolean): string {
  const weights = carriesWeights ? 'weights copied' : 'weights not copied';
  return `${differenceText(difference)}; ${weights}.`;
}

function offer(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
