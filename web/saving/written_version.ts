// What saved files state about their writer.

/** The version of Keras whose file formats this package writes. */
export const KERAS_VERSION = '3.15.1';

/** The Keras backend whose numerics this package reproduces. */
export const BACKEND = 'jax';
