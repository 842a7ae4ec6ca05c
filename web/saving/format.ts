// What files say of who wrote them.

/** The version of Keras whose formats this package writes. */
export const KERAS_VERSION = '3.15.1';

/** The backend of Keras whose numbers this package computes. */
export const BACKEND = 'jax';
