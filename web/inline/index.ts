// The entry keras-wasm/inline: the package in one file with its engine, for places that cannot load a second one.
export * from '../index.js';
export { initialize } from './initialize.js';
