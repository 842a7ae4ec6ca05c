// The functions of the core that save and open models: src/bindings/saving_bindings.cpp.
import { core } from '../boundary/core.js';
import type { Packed, RawHandle, RawObject, RawTensor } from '../boundary/raw.js';

export type RawSavedObjects = RawHandle & { readonly __savedObjects?: never };

export interface RawSaving {
  /** The text of `config.json`. */
  savingConfig(model: RawObject): string;
  /** The text of `model_config` in a legacy `.h5` file. */
  savingLegacyConfig(model: RawObject): string;
  /** The text of a config that this version of Keras wrote, as today's Keras writes it. */
  savingNormalizedConfig(text: string, kerasVersion: string): string;
  /** For a model with the weights of a file of that version, whose `hard_sigmoid` was another one until Keras 3. */
  savingRescaleHardSigmoids(model: RawObject, kerasVersion: string): void;
  /** The text of a `compile_config` from that of a `training_config`; `null` when the optimizer is unknown. */
  savingCompileConfig(text: string): string;
  /** The text of `training_config` in a legacy `.h5` file; empty for a model that is not compiled. */
  savingTrainingConfig(model: RawObject): string;
  savingModelFromConfig(text: string, compile: boolean, legacy: boolean): RawObject;
  /** `skip` is JSON: uids of layers that are left out, with what is below them. */
  savingObjects(layer: RawObject, skip: string): RawSavedObjects;
  /** JSON: [[path, layer's name, names of the values], ...] */
  savingObjectsInfo(objects: RawSavedObjects): string;
  savingValue(objects: RawSavedObjects, object: number, index: number): RawTensor;
  /** JSON: [[path, uid], ...] of everything that is written; 0 for objects of built-in classes. */
  savingPaths(layer: RawObject): string;
  /**
   * Asks the function `source` for `('read', path)`, the values by name, and `('hasGroup', path)`. `skip` is JSON: uids.
   * Returns JSON: names of the layers that could not be loaded.
   */
  savingLoad(
    layer: RawObject,
    source: (question: string, path: string) => unknown,
    skipMismatch: boolean,
    skip: string,
  ): string;
  /** JSON: [[path of the model, path in the file], ...] where they differ, for an archive of that config. */
  savingReorderedPaths(model: RawObject, config: string): string;
  /** The weights of the layer alone, by the names that Keras gives them. */
  savingOwnWeights(layer: RawObject): Packed;
  savingLoadOwnWeights(layer: RawObject, store: Packed): void;
  /**
   * Takes {layers: [[name, [values]], ...], topLevel: [values] or null}. `config` is the text of the model's config in
   * the file, by which layers are ordered; empty for files that hold weights only.
   */
  savingLoadLegacy(
    model: RawObject,
    weights: Packed,
    byName: boolean,
    skipMismatch: boolean,
    config: string,
  ): void;
  /** {layers: [[name, [[path, value], ...]], ...], topLevel: [[path, value], ...]} */
  savingLegacyWeights(model: RawObject): Packed;
}

export const saving = (): RawSaving => core() as unknown as RawSaving;
