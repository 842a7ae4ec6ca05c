// keras.random: tensors of random numbers. Equal seeds produce the same numbers as in Keras.

import { randomOp, type TensorLike } from './call.js';
import type { SeedGenerator } from './seed_generator.js';
import type { Tensor } from '../tensors/tensor.js';
import type { DType } from '../base/config.js';

export { SeedGenerator } from './seed_generator.js';

/** A number, which always produces the same values, a generator, or null for the global generator. */
export type SeedLike = number | SeedGenerator | null;

type Sizes = readonly number[];

interface Common {
  dtype?: DType | null;
  seed?: SeedLike;
}

/** Normally distributed numbers. */
export const normal = randomOp('normal', 'shape mean stddev dtype seed') as (
  shape: Sizes,
  options?: { mean?: number; stddev?: number } & Common,
) => Tensor;

/** Uniformly distributed numbers from `minval` up to `maxval`. */
export const uniform = randomOp('uniform', 'shape minval maxval dtype seed') as (
  shape: Sizes,
  options?: { minval?: number; maxval?: number } & Common,
) => Tensor;

/** Normally distributed numbers within two standard deviations of the mean. */
export const truncatedNormal = randomOp('truncated_normal', 'shape mean stddev dtype seed') as (
  shape: Sizes,
  options?: { mean?: number; stddev?: number } & Common,
) => Tensor;

/** Integers from `minval` up to, but not including, `maxval`. */
export const randint = randomOp('randint', 'shape minval maxval dtype seed') as (
  shape: Sizes,
  minval: number,
  maxval: number,
  options?: Common,
) => Tensor;

/** Sets a fraction `rate` of the inputs to 0 and scales the others up. */
export const dropout = randomOp('dropout', 'inputs rate noise_shape seed') as (
  inputs: Tensor,
  rate: number,
  options?: { noiseShape?: readonly (number | null)[] | null; seed?: SeedLike },
) => Tensor;

/** Classes drawn with the probabilities of logits of shape (batch, classes). */
export const categorical = randomOp('categorical', 'logits num_samples dtype seed') as (
  logits: Tensor,
  numSamples: number,
  options?: Common,
) => Tensor;

/** Shuffles a tensor along an axis. */
export const shuffle = randomOp('shuffle', 'x axis seed') as (
  x: Tensor,
  options?: { axis?: number; seed?: SeedLike },
) => Tensor;

/** Gamma distributed numbers. */
export const gamma = randomOp('gamma', 'shape alpha dtype seed') as (
  shape: Sizes,
  alpha: number,
  options?: Common,
) => Tensor;

/** Beta distributed numbers. */
export const beta = randomOp('beta', 'shape alpha beta dtype seed') as (
  shape: Sizes,
  alpha: number,
  betaParameter: number,
  options?: Common,
) => Tensor;

/** Binomially distributed numbers. */
export const binomial = randomOp('binomial', 'shape counts probabilities dtype seed') as (
  shape: Sizes,
  counts: TensorLike,
  probabilities: TensorLike,
  options?: Common,
) => Tensor;
