// The functions of src/bindings/saving_bindings.cpp.
import { core } from '../core.js';
import type { RawHandle, RawObject, RawTensor } from '../raw.js';

export type RawSavedObjects = RawHandle & { readonly __savedObjects?: never };
export type RawWeightMap = RawHandle & { readonly __weightMap?: never };

export interface RawSaving {
  /** The text of `config.json`. */
  savingConfig(model: RawObject): string;
  savingModelFromConfig(text: string, compile: boolean, legacy: boolean): RawObject;
  savingObjects(layer: RawObject): RawSavedObjects;
  /** JSON: [[path, layer's name, number of variables], ...] */
  savingObjectsInfo(objects: RawSavedObjects): string;
  savingValue(objects: RawSavedObjects, object: number, index: number): RawTensor;
  savingWeightMap(): RawWeightMap;
  savingAddPath(map: RawWeightMap, path: string): void;
  savingPut(map: RawWeightMap, path: string, value: RawTensor): void;
  /** JSON: names of the layers that could not be loaded. */
  savingLoad(layer: RawObject, map: RawWeightMap, skipMismatch: boolean): string;
  savingLoadLegacy(
    model: RawObject,
    map: RawWeightMap,
    byName: boolean,
    skipMismatch: boolean,
  ): void;
}

export const saving = (): RawSaving => core() as unknown as RawSaving;
