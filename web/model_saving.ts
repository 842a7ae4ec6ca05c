// The seam between models and file formats: models offer to save themselves, the formats come from web/saving.

import type { CustomObjects } from './custom_objects.js';
import type { Model } from './model.js';

/** What web/saving defines. */
export interface ModelSaving {
  /** The bytes of a `.keras` file; written to `path` as well when there is one. */
  save(model: Model, path?: string | URL): Promise<Uint8Array>;
  /** The bytes of a `.weights.h5` file; written to `path` as well when there is one. */
  saveWeights(model: Model, path?: string | URL): Promise<Uint8Array>;
  loadWeights(model: Model, source: unknown, options?: LoadWeightsOptions): Promise<void>;
}

export interface LoadWeightsOptions {
  /** Whether layers whose weights do not fit keep theirs, instead of an error. */
  skipMismatch?: boolean;
  customObjects?: CustomObjects;
}

let saving: ModelSaving | undefined;

/** Called once, while starting. */
export function defineSaving(implementation: ModelSaving): void {
  saving = implementation;
}

export function modelSaving(): ModelSaving {
  if (saving) return saving;
  throw new Error('No file formats are loaded.');
}
