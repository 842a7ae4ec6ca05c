// The hook's code: plain text at first, an editor when the user clicks into it.
import { html } from '../dom.js';
import type { CodeEditor } from './code-mirror.js';

export interface CodeBoxEvents {
  changed(): void;
  run(): void;
}

export class CodeBox {
  readonly element: HTMLElement;
  readonly #events: CodeBoxEvents;
  readonly #plain = html('code');
  readonly #pre: HTMLElement;
  readonly #host = html('div', { class: 'editor', hidden: true });
  readonly #edit = html('button', { type: 'button', id: 'edit' }, 'Edit');
  readonly #undo = html('button', { type: 'button', id: 'undo', disabled: true }, 'Undo');
  readonly #redo = html('button', { type: 'button', id: 'redo', disabled: true }, 'Redo');
  readonly #run = html('button', { type: 'button', id: 'run', class: 'main' }, 'Run');
  readonly #problem = html('div', { class: 'problem', id: 'code-problem', role: 'alert' });
  readonly #notice = html('p', { class: 'notice', id: 'code-notice', role: 'status' });
  #editor: CodeEditor | null = null;
  #loading: Promise<CodeEditor> | null = null;
  #text = '';

  constructor(events: CodeBoxEvents) {
    this.#events = events;
    const attributes = { tabindex: 0, role: 'region', 'aria-label': 'Code of the hook' };
    this.#pre = html('pre', { class: 'code', ...attributes }, this.#plain);
    this.#pre.addEventListener('click', () => void this.edit());
    this.#pre.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') void this.edit();
    });
    this.#edit.addEventListener('click', () => void this.edit());
    this.#run.addEventListener('click', () => events.run());
    this.#run.title = 'Ctrl + Enter';
    this.#undo.addEventListener('click', () => this.#step('undo'));
    this.#redo.addEventListener('click', () => this.#step('redo'));
    const buttons = html(
      'div',
      { class: 'buttons' },
      ...[this.#run, this.#edit, this.#undo, this.#redo],
    );
    this.#problem.hidden = true;
    this.element = html(
      'div',
      { class: 'code-box' },
      ...[this.#notice, this.#pre, this.#host, buttons, this.#problem],
    );
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    if (text === this.#text) return;
    this.#text = text;
    this.#plain.textContent = text;
    this.#editor?.replace(text);
    this.clearProblem();
  }

  /** A remark above the code. */
  set notice(text: string) {
    this.#notice.textContent = text;
  }

  /** Whether code is shown that has not run. */
  set waits(waits: boolean) {
    this.#run.classList.toggle('waits', waits);
  }

  /** Loads the editor and puts the cursor into it. */
  async edit(): Promise<void> {
    const editor = await this.#load();
    editor.focus();
  }

  clearProblem(): void {
    this.#problem.hidden = true;
    this.#problem.replaceChildren();
    this.#editor?.markLine(null, '');
  }

  /** Shows an error at its line, counted from 1; null when only the parser may know it. */
  async fail(message: HTMLElement, text: string, line: number | null): Promise<void> {
    this.#problem.replaceChildren(message);
    this.#problem.hidden = false;
    const editor = line === null && !this.#editor ? null : await this.#load();
    const place = line ?? editor?.wrongLine() ?? null;
    if (place === null) return;
    this.#problem.prepend(html('p', { class: 'line' }, `Line ${place}`));
    editor?.markLine(place, text);
  }

  #step(which: 'undo' | 'redo'): void {
    if (this.#editor?.[which]()) this.#events.run();
  }

  #load(): Promise<CodeEditor> {
    return (this.#loading ??= import('./code-mirror.js').then(({ createEditor }) => {
      this.#pre.hidden = true;
      this.#edit.hidden = true;
      this.#host.hidden = false;
      this.#undo.disabled = this.#redo.disabled = false;
      this.#editor = createEditor(this.#host, this.#text, {
        changed: (text) => {
          if (text === this.#text) return;
          this.#text = text;
          this.#events.changed();
        },
        run: () => this.#events.run(),
      });
      return this.#editor;
    }));
  }
}
