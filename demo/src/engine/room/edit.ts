// Runs hooks: modules with a function `edit(model, value)`.
import type { Model } from 'keras-wasm';
import type { Difference, ModelView } from '../../types.js';
import { compareModels } from './difference.js';
import { keep, modelOf } from './models.js';
import { keras } from './package.js';
import { loadHook, runUserCode, type Slider } from './user-code.js';

/** The slider of a hook's code, if it has one. */
export async function sliderOf(code: string): Promise<Slider | null> {
  return (await loadHook(code)).slider ?? null;
}

/** Sets the seed of all random numbers, then calls the `edit` function of the code. */
export async function edit(
  id: number,
  code: string,
  value: number | undefined,
  seed: number,
): Promise<{ view: ModelView; difference: Difference }> {
  const original = modelOf(id);
  const hook = await loadHook(code);
  keras.setRandomSeed(seed);
  const clone = await runUserCode(code, () => {
    const result: unknown = hook.edit(original, value);
    if (isModel(result)) return result;
    throw new TypeError('edit(model, value) must return a model.');
  });
  return { view: keep(clone, original), difference: compareModels(original, clone) };
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && 'predict' in value && 'inputs' in value;
}
