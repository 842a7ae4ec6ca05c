// `layers`: every layer of Keras, and the base for layers of one's own.

export { Input } from './input.js';
export * from './generated.js';
export { InputSpec, type InputSpecOptions } from './input_spec.js';
export { Layer } from './layer.js';
