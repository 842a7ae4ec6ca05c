// The hook controls: which hook, whether weights are copied, and the hook's code.
import { byId, html } from './dom.js';
import { recipes, type Recipe } from './recipes/index.js';

export class CloneControls {
  readonly #carry = byId('carry', HTMLInputElement);
  readonly #code = byId('recipe-code', HTMLElement);
  #recipe: Recipe = recipes[0]!;

  constructor(changed: () => void) {
    const list = byId('recipes', HTMLElement);
    list.append(
      ...recipes.map((recipe) => {
        const checked = recipe === this.#recipe;
        const attributes = { type: 'radio', name: 'recipe', value: recipe.id, checked };
        const radio = html('input', attributes);
        radio.addEventListener('change', () => {
          this.#recipe = recipe;
          this.#showCode();
          changed();
        });
        return html('label', {}, radio, html('span', {}, recipe.title));
      }),
    );
    this.#carry.addEventListener('change', changed);
    this.#showCode();
  }

  get recipe(): Recipe {
    return this.#recipe;
  }

  get carriesWeights(): boolean {
    return this.#carry.checked;
  }

  #showCode(): void {
    this.#code.textContent = this.#recipe.source.trim();
  }
}
