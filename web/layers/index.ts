// `layers`: the layers of keras.layers, their base class, `Input` and `InputSpec`.

export { Input } from './input.js';
export * from './generated.js';
export { InputSpec, type InputSpecOptions } from './input_spec.js';
export { Layer } from './layer.js';
export type { AdaptableLayer, VocabularyLayer, AdaptData } from './adaptable_layer.js';
