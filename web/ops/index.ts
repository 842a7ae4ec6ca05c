// `ops`: the functions of keras.ops. Given KerasTensors, they make operations of the graph.

export type { Axis, Scalar, TensorLike } from './call.js';
export * from './generated.js';
export * from './control_flow.js';
export { jvp, type JvpOptions } from './jvp.js';
export { getItem } from './get_item.js';
export { vectorize, type VectorizeOptions } from './vectorize.js';
