// State that all models share: names, seeds, the dtype policy, memory.

import { core } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import { packConfig } from '../boundary/codec.js';
import { wrapObject } from '../boundary/registry.js';
import type { DTypePolicy } from '../families/dtype_policy.js';
import type { DTypePolicyIdentifier } from '../families/identifier_types.js';

/** What is alive in the core. */
export interface MemoryInfo {
  /** Objects here that own something in the core: tensors, layers, models, variables. */
  handles: number;
  /** Blocks of tensor data, weights included. */
  buffers: number;
  /** Bytes of tensor data, weights included. */
  bytes: number;
  /** Bytes of the core's whole memory, which only grows. */
  heapBytes: number;
  /** Functions that the core can call back. */
  functions: number;
}

/** Counts what is alive. What was forgotten without `dispose()` counts until the garbage collector ran. */
export function memory(): MemoryInfo {
  return parseJson<MemoryInfo>(core().memory());
}

/**
 * As `keras.utils.clear_session()`: automatic names start anew, the dtype policy is float32, custom object scopes are
 * left, unsafe deserialization is off. Models and registered classes stay.
 */
export function clearSession(): void {
  core().clearSession();
}

/** As `keras.utils.set_random_seed()`: what unseeded layers and initializers draw from now on is what Keras draws. */
export function setRandomSeed(seed: number): void {
  core().setRandomSeed(seed);
}

/** The dtype policy of layers that are created without one. */
export function globalDTypePolicy(): DTypePolicy {
  return wrapObject(core().globalPolicy()) as DTypePolicy;
}

/** As `keras.config.set_dtype_policy()`. */
export function setGlobalDTypePolicy(policy: DTypePolicyIdentifier): void {
  core().setGlobalPolicy(packConfig(policy));
}
