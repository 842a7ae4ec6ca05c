// The hook: a recipe or the user's own code, and its slider.
import type { Slider } from '../engine/room/user-code.js';
import { CodeBox } from '../editor/code-box.js';
import { byId, html } from '../dom.js';
import { recipes } from '../recipes/index.js';

export interface HookPanelEvents {
  /** Run the hook: another recipe was chosen, or the button pressed. */
  run(): void;
  /** The slider was moved. */
  slide(): void;
}

const ownCode = 'own';

export class HookPanel {
  readonly code: CodeBox;
  readonly #select = byId('recipe', HTMLSelectElement);
  readonly #slider = byId('slider', HTMLInputElement);
  readonly #sliderBox = byId('slider-box', HTMLElement);
  readonly #sliderLabel = byId('slider-label', HTMLElement);
  readonly #sliderValue = byId('slider-value', HTMLOutputElement);
  #hasSlider = false;
  #sliderKey = '';
  #start: number | null = null;

  constructor(events: HookPanelEvents) {
    this.code = new CodeBox({
      changed: () => {
        this.#select.value = ownCode;
        this.code.waits = true;
      },
      run: () => {
        this.#select.value = recipes.find(({ code }) => code === this.code.text)?.id ?? ownCode;
        events.run();
      },
    });
    byId('code', HTMLElement).append(this.code.element);
    const own = html('option', { value: ownCode, hidden: true }, 'Your own code');
    this.#select.append(
      ...recipes.map(({ id, title }) => html('option', { value: id }, title)),
      own,
    );
    this.#select.addEventListener('change', () => {
      this.choose(this.#select.value);
      events.run();
    });
    this.#slider.addEventListener('input', () => {
      this.#showValue();
      events.slide();
    });
    this.choose(recipes[0]!.id);
  }

  /** The id of the recipe whose code is shown; null for the user's own code. */
  get recipe(): string | null {
    return this.#select.value === ownCode ? null : this.#select.value;
  }

  /** The value of the slider; undefined without one. */
  get value(): number | undefined {
    return this.#hasSlider ? Number(this.#slider.value) : undefined;
  }

  /** What the slider says; null without one. */
  get setting(): string | null {
    return this.#hasSlider ? `${this.#sliderLabel.textContent}: ${this.#slider.value}` : null;
  }

  /** Shows the code of a recipe. */
  choose(id: string): boolean {
    const recipe = recipes.find((each) => each.id === id);
    if (!recipe) return false;
    this.#select.value = id;
    this.code.text = recipe.code;
    return true;
  }

  /** Shows code from a link, which waits for a click on Run. */
  offer(code: string): void {
    this.code.text = code;
    this.#select.value = ownCode;
    this.code.waits = true;
    this.code.notice = 'This code came with the link. Read it, then click Run.';
  }

  /** The value at which the next slider starts, instead of the one that its code states. */
  get start(): number | null {
    return this.#start;
  }

  set start(value: number) {
    this.#start = value;
    this.#sliderKey = '';
  }

  /** Shows the slider that the code exports. A slider that is already there keeps its value. */
  slide(slider: Slider | null): void {
    this.#hasSlider = slider !== null;
    this.#sliderBox.hidden = slider === null;
    const key = JSON.stringify(slider);
    if (!slider || key === this.#sliderKey) return;
    this.#sliderKey = key;
    this.#sliderLabel.textContent = slider.label;
    this.#slider.min = String(slider.min);
    this.#slider.max = String(slider.max);
    this.#slider.step = String(slider.max - slider.min > 1 ? 1 : (slider.max - slider.min) / 100);
    this.#slider.value = String(this.#start ?? slider.value);
    this.#start = null;
    this.#showValue();
  }

  #showValue(): void {
    this.#sliderValue.textContent = this.#slider.value;
  }
}
