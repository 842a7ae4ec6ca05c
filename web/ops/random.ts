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
export const normal = randomOp<
  (shape: Sizes, options?: { mean?: number; stddev?: number } & Common) => Tensor
>('normal', 'shape mean stddev dtype seed');

/** Uniformly distributed numbers from `minval` up to `maxval`. */
export const uniform = randomOp<
  (shape: Sizes, options?: { minval?: number; maxval?: number } & Common) => Tensor
>('uniform', 'shape minval maxval dtype seed');

/** Normally distributed numbers within two standard deviations of the mean. */
export const truncatedNormal = randomOp<
  (shape: Sizes, options?: { mean?: number; stddev?: number } & Common) => Tensor
>('truncated_normal', 'shape mean stddev dtype seed');

/** Integers from `minval` up to, but not including, `maxval`. */
export const randint = randomOp<
  (shape: Sizes, minval: number, maxval: number, options?: Common) => Tensor
>('randint', 'shape minval maxval dtype seed');

/** Sets a fraction `rate` of the inputs to 0 and scales the others up. */
export const dropout = randomOp<
  (
    inputs: Tensor,
    rate: number,
    options?: { noiseShape?: readonly (number | null)[] | null; seed?: SeedLike },
  ) => Tensor
>('dropout', 'inputs rate noise_shape seed');

/** Classes drawn with the probabilities of logits of shape (batch, classes). */
export const categorical = randomOp<
  (logits: Tensor, numSamples: number, options?: Common) => Tensor
>('categorical', 'logits num_samples dtype seed');

/** Shuffles a tensor along an axis. */
export const shuffle = randomOp<
  (x: Tensor, options?: { axis?: number; seed?: SeedLike }) => Tensor
>('shuffle', 'x axis seed');

/** Gamma distributed numbers. */
export const gamma = randomOp<(shape: Sizes, alpha: number, options?: Common) => Tensor>(
  'gamma',
  'shape alpha dtype seed',
);

/** Beta distributed numbers. */
export const beta = randomOp<
  (shape: Sizes, alpha: number, betaParameter: number, options?: Common) => Tensor
>('beta', 'shape alpha beta dtype seed');

/** Binomially distributed numbers. */
export const binomial = randomOp<
  (shape: Sizes, counts: TensorLike, probabilities: TensorLike, options?: Common) => Tensor
>('binomial', 'shape counts probabilities dtype seed');
