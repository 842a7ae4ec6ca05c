// keras/src/layers/normalization.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  cast,
  divide,
  maximum,
  multiply,
  sqrt,
  square,
  subtract,
} from '../graph/elementwise.js';
import { axesOf, mean, sum, variance, type Axes } from '../graph/reducing.js';
import { moveAxis, reshape, sizesOf, transpose } from '../graph/shaping.js';
import { axisOf, promote, staticDim, type Value } from '../graph/value.js';
import { numberOf, type Call, type LayerForm } from '../model/call.js';
import { Float } from '../proto/messages.js';

/** A vector along one axis of a value of the rank. */
const along = (g: GraphBuilder, vector: Value, axis: number, rank: number): Value => {
  const sizes = Array.from({ length: rank }, () => 1);
  sizes[axisOf(axis, rank)] = staticDim(vector.shape, 0);
  return axisOf(axis, rank) === rank - 1 ? vector : reshape(g, vector, sizes);
};

/** keras.ops.batch_normalization. */
export function batchNormalization(
  g: GraphBuilder,
  x: Value,
  stats: { mean: Value; variance: Value; offset?: Value | undefined; scale?: Value | undefined },
  axis: number,
  epsilon: number,
): Value {
  const rank = x.shape.length;
  let factor = divide(
    g,
    g.scalar(1, stats.variance.dtype),
    sqrt(g, add(g, stats.variance, epsilon)),
  );
  if (stats.scale) factor = multiply(g, factor, stats.scale);
  let shift = multiply(g, subtract(g, g.scalar(0, factor.dtype), stats.mean), factor);
  if (stats.offset) shift = add(g, shift, stats.offset);
  return add(g, multiply(g, x, along(g, factor, axis, rank)), along(g, shift, axis, rank));
}

function batchLayer(call: Call): Value {
  const { g, input, config } = call;
  const dtype = promote(input.dtype, 'float32');
  const weight = (name: string): Value | undefined =>
    call.hasWeight(name) ? call.weight(name, dtype) : undefined;
  const result = batchNormalization(
    g,
    cast(g, input, dtype),
    {
      mean: call.weight('moving_mean', dtype),
      variance: call.weight('moving_variance', dtype),
      offset: weight('beta'),
      scale: weight('gamma'),
    },
    numberOf(config, 'axis', -1),
    numberOf(config, 'epsilon', 1e-3),
  );
  return cast(g, result, call.dtype);
}

/** keras.ops.layer_normalization. Gamma and beta have the shape of the axes. */
export function layerNormalization(
  g: GraphBuilder,
  x: Value,
  gamma: Value | undefined,
  beta: Value | undefined,
  given: Axes,
  epsilon: number,
): Value {
  const rank = x.shape.length;
  const axes = axesOf(given, rank);
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...others, ...axes];
  const moved = transpose(g, x, order);
  const scale =
    gamma ??
    g.numbers(
      Array.from({ length: sizeOf(moved.shape.slice(others.length)) }, () => 1),
      x.dtype,
      moved.shape.slice(others.length) as number[],
    );
  const attributes = { axis: others.length, epsilon: new Float(epsilon) };
  const spec = [moved.shape, x.dtype] as const;
  const result = g.op('LayerNormalization', [moved, scale, beta], attributes, spec);
  return transpose(
    g,
    result,
    order.map((_, i) => order.indexOf(i)),
  );
}

const sizeOf = (shape: Value['shape']): number =>
  shape.reduce<number>((product, _, i) => product * staticDim(shape, i), 1);

function layerLayer(call: Call): Value {
  const { g, config } = call;
  const x = cast(g, call.input, 'float32');
  const weight = (name: string): Value | undefined =>
    call.hasWeight(name) ? call.weight(name, 'float32') : undefined;
  const epsilon = numberOf(config, 'epsilon', 1e-3);
  const axes = config['axis'] as Axes;
  if (config['rms_scaling'] !== true)
    return cast(
      g,
      layerNormalization(g, x, weight('gamma'), weight('beta'), axes, epsilon),
      call.dtype,
    );
  const deviation = sqrt(g, add(g, variance(g, x, axes, true), epsilon));
  return cast(g, multiply(g, divide(g, x, deviation), weight('gamma')!), call.dtype);
}

/** keras.ops.rms_normalization. */
export function rmsNormalization(
  g: GraphBuilder,
  given: Value,
  scale: Value | undefined,
  axes: Axes,
  epsilon: number,
): Value {
  const x = cast(g, given, 'float32');
  const root = sqrt(g, add(g, mean(g, square(g, x), axes, true), epsilon));
  const result = divide(g, x, root);
  const scaled = scale ? multiply(g, result, cast(g, scale, 'float32')) : result;
  return cast(g, scaled, given.dtype);
}

/** keras.ops.normalize of order 2. */
export function unitNormalization(g: GraphBuilder, x: Value, axes: Axes, epsilon = 1e-12): Value {
  const length = sqrt(g, sum(g, square(g, x), axes, true));
  return divide(g, x, maximum(g, length, epsilon));
}

function groupLayer(call: Call): Value {
  const { g, config } = call;
  const rank = call.input.shape.length;
  const axis = axisOf(numberOf(config, 'axis', -1), rank);
  const x = moveAxis(g, cast(g, call.input, 'float32'), axis, 1);
  const channels = staticDim(x.shape, 1);
  const groups = numberOf(config, 'groups') === -1 ? channels : numberOf(config, 'groups');
  const flat = reshape(g, x, [...sizesOf(x, 0, 1), groups, -1]);
  const vector = (value: number): Value =>
    g.numbers(
      Array.from({ length: groups }, () => value),
      'float32',
    );
  const attributes = { epsilon: new Float(numberOf(config, 'epsilon', 1e-3)) };
  const inputs = [flat, vector(1), vector(0)];
  const normal = g.op('InstanceNormalization', inputs, attributes, [flat.shape, 'float32']);
  let result = reshape(g, normal, sizesOf(x));
  const weight = (name: string): Value => along(g, call.weight(name, 'float32'), 1, rank);
  if (call.hasWeight('gamma')) result = multiply(g, result, weight('gamma'));
  if (call.hasWeight('beta')) result = add(g, result, weight('beta'));
  return cast(g, moveAxis(g, result, 1, axis), call.dtype);
}

export const normalizationLayers: Readonly<Record<string, LayerForm>> = {
  BatchNormalization: { form: batchLayer },
  LayerNormalization: { form: layerLayer, autocast: false },
  GroupNormalization: { form: groupLayer, autocast: false },
  RMSNormalization: {
    form: (call) =>
      rmsNormalization(
        call.g,
        call.tensor(0, 'x'),
        call.weight('scale'),
        call.config['axis'] as Axes,
        numberOf(call.config, 'epsilon', 1e-6),
      ),
  },
  UnitNormalization: {
    form: (call) => unitNormalization(call.g, call.input, call.config['axis'] as Axes),
  },
  SpectralNormalization: {
    form: (call) => {
      const { g, input } = call;
      return cast(g, call.callOne(call.child('layer'), [input]), input.dtype);
    },
  },
};
