// Where the channels are. ONNX has them before the spatial axes; Keras after them by default.
import type { GraphBuilder } from '../graph/builder.js';
import { moveAxis } from '../graph/shaping.js';
import type { Value } from '../graph/value.js';
import type { Json } from '../../../model_description.js';

export const isChannelsFirst = (config: Json): boolean =>
  config['data_format'] === 'channels_first';

/** The value with channels before the spatial axes. */
export const toChannelsFirst = (g: GraphBuilder, x: Value, isFirst: boolean): Value =>
  isFirst ? x : moveAxis(g, x, -1, 1);

/** The value with channels where the layer has them. */
export const fromChannelsFirst = (g: GraphBuilder, x: Value, isFirst: boolean): Value =>
  isFirst ? x : moveAxis(g, x, 1, -1);

/** The spatial axes of a value of the rank. */
export const spatialAxes = (rank: number, isFirst: boolean): number[] =>
  Array.from({ length: rank - 2 }, (_, i) => i + (isFirst ? 2 : 1));
