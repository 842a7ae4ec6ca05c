// What the page is doing, and the button that cancels it.
import { byId } from '../dom.js';

// Work that ends sooner shows no button.
const patience = 400; // ms

export class Busy {
  readonly #main = byId('main', HTMLElement);
  readonly #status = byId('status', HTMLElement);
  readonly #cancel = byId('cancel', HTMLButtonElement);
  #timer: ReturnType<typeof setTimeout> | undefined;
  // What the status said before work that took long.
  #before: string | null = null;

  constructor(cancel: () => void) {
    this.#cancel.addEventListener('click', cancel);
  }

  /** Work begins, or goes on; without a text, the status stays unless it takes long. */
  begin(text: string | null, later = ''): void {
    this.#main.setAttribute('aria-busy', 'true');
    if (text !== null) this.#status.textContent = text;
    this.#timer ??= setTimeout(() => {
      this.#cancel.hidden = false;
      if (!later) return;
      this.#before = this.#status.textContent;
      this.#status.textContent = later;
    }, patience);
  }

  /** Says how far the work is. */
  set progress(text: string) {
    this.#status.textContent = text;
  }

  /** The work has ended; without a text, the status stays. */
  end(text: string | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const hadFocus = document.activeElement === this.#cancel;
    this.#cancel.hidden = true;
    if (hadFocus) byId('file', HTMLInputElement).focus();
    this.#main.setAttribute('aria-busy', 'false');
    const shown = text ?? this.#before;
    if (shown !== null) this.#status.textContent = shown;
    this.#before = null;
  }
}
