// The glue of the builds with threads, which is not the same code as that of the others but has the same types.
export { default } from './keras.mjs';
