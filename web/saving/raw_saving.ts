// The core's functions for saving and loading (src/bindings/saving_bindings.cpp).
import { core } from '../boundary/core.js';
import type { Packed, RawHandle, RawObject, RawTensor } from '../boundary/raw.js';

export type RawSavedObjects = RawHandle & { readonly __savedObjects?: never };

export interface RawSaving {
  /** The text of `config.json`. */
  savingConfig(model: RawObject): string;
  /** The text of `model_config` in a legacy `.h5` file. */
  savingLegacyConfig(model: RawObject): string;
  /** Converts the text of a config written by an older version of Keras to the current form. */
  savingNormalizedConfig(text: string, kerasVersion: string): string;
  /** Adapts the weights of a file of that version to the `hard_sigmoid` of Keras 3, which differs from Keras 2. */
  savingRescaleHardSigmoids(model: RawObject, kerasVersion: string): void;
  /** Converts the text of a `training_config` to a `compile_config`; `null` when the optimizer is unknown. */
  savingCompileConfig(text: string): string;
  /** The text of `training_config` in a legacy `.h5` file; empty for a model that is not compiled. */
  savingTrainingConfig(model: RawObject): string;
  savingModelFromConfig(text: string, compile: boolean, legacy: boolean): RawObject;
  /** `skip` is JSON: ids of layers that are left out together with the layers below them. */
  savingObjects(layer: RawObject, skip: string): RawSavedObjects;
  /** JSON: [[path, layer's name, names of the values], ...] */
  savingObjectsInfo(objects: RawSavedObjects): string;
  savingValue(objects: RawSavedObjects, object: number, index: number): RawTensor;
  /** JSON: [[path, id], ...] of all stored objects; the id is 0 for objects of built-in classes. `skip` as in savingObjects(). */
  savingPaths(layer: RawObject, skip: string): string;
  /**
   * Calls the function `source` with `('read', path)` for values by name, and with `('hasGroup', path)`. `skip` is JSON: ids.
   * Returns JSON: names of the layers that could not be loaded.
   */
  savingLoad(
    layer: RawObject,
    source: (question: string, path: string) => unknown,
    skipMismatch: boolean,
    skip: string,
  ): string;
  /** JSON: [[path in the model, path in the file], ...] where they differ, for an archive with this config. */
  savingReorderedPaths(model: RawObject, config: string): string;
  /** The weights of the layer without its sublayers, by the names that Keras gives them. */
  savingOwnWeights(layer: RawObject): Packed;
  savingLoadOwnWeights(layer: RawObject, store: Packed): void;
  /** JSON: {path: {name: text}} of the files that layers of built-in classes store. */
  savingAssets(layer: RawObject): string;
  /** JSON: the paths of layers of built-in classes that load files. */
  savingAssetPaths(layer: RawObject): string;
  /** Takes JSON as savingAssets() returns it. */
  savingLoadAssets(layer: RawObject, folders: string): void;
  /**
   * Takes {layers: [[name, [values]], ...], topLevel: [values] or null}. `config` is the text of the model's config in
   * the file, which states the order of layers; empty for files of weights only.
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
