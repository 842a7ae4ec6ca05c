// keras/src/layers/merging.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  cast,
  divide,
  maximum,
  minimum,
  multiply,
  or,
  promoted,
  sqrt,
  square,
  subtract,
  where,
} from '../graph/elementwise.js';
import { matmul } from '../graph/products.js';
import { any, sum } from '../graph/reducing.js';
import { concat, expand, reshape, sizesOf, transpose, unsqueeze } from '../graph/shaping.js';
import { axisOf, type Value } from '../graph/value.js';
import { numberOf, type Call, type LayerForm } from '../model/call.js';

type Binary = (g: GraphBuilder, a: Value, b: Value) => Value;

// Inputs of lower rank get axes after the batch.
function aligned({ g, inputs }: Call): Value[] {
  const rank = Math.max(...inputs.map((input) => input.shape.length));
  return inputs.map((input) => {
    const missing = rank - input.shape.length;
    return missing === 0
      ? input
      : {
          ...unsqueeze(g, input, ...Array.from({ length: missing }, (_, i) => i + 1)),
          mask: input.mask,
        };
  });
}

const merge =
  (combine: Binary): LayerForm['form'] =>
  (call) =>
    aligned(call).reduce((a, b) => combine(call.g, a, b));

const besides = (g: GraphBuilder, x: Value): Value | undefined =>
  x.mask && expand(g, unsqueeze(g, x.mask, -1), sizesOf(x));

// Masked steps of an input count as ones.
function multiplied(call: Call): Value {
  const { g } = call;
  const inputs = aligned(call);
  const masks = inputs.map((input) => besides(g, input));
  const product = inputs
    .map((input, i) => (masks[i] ? where(g, masks[i], input, g.scalar(1, input.dtype)) : input))
    .reduce((a, b) => multiply(g, a, b));
  if (!masks.every((mask) => mask !== undefined)) return product;
  const mask = masks.reduce((a, b) => or(g, a, b));
  const result = where(g, mask, product, g.scalar(0, product.dtype));
  return { ...result, mask: any(g, mask, -1) };
}

// Masked steps of an input take the value of the other.
const extreme =
  (choose: Binary): LayerForm['form'] =>
  (call) => {
    const { g } = call;
    const [first, ...others] = aligned(call);
    let output = first!;
    let outputMask = besides(g, output);
    for (const input of others) {
      const mask = besides(g, input);
      const x = mask ? where(g, mask, input, output) : input;
      if (outputMask) output = where(g, outputMask, output, x);
      outputMask = mask && outputMask ? or(g, outputMask, mask) : undefined;
      output = choose(g, output, x);
    }
    return outputMask ? { ...output, mask: any(g, outputMask, -1) } : output;
  };

// Keeps a step of the result when any input has it.
function mergedMask({ g, inputs }: Call): Value | undefined {
  const masks = inputs.map((input) => input.mask);
  if (!masks.every((mask) => mask !== undefined)) return undefined;
  return masks.reduce((a, b) => or(g, a, b));
}

function concatenate(call: Call): Value {
  const { g, inputs } = call;
  const [first, ...others] = inputs;
  const dtype = others.reduce((all, each) => promoted(g, all, each)[0], first!).dtype;
  return concat(
    g,
    inputs.map((input) => cast(g, input, dtype)),
    numberOf(call.config, 'axis', -1),
  );
}

function concatenatedMask(call: Call): Value | undefined {
  const { g, inputs } = call;
  if (inputs.every((input) => input.mask === undefined)) return undefined;
  const axis = axisOf(numberOf(call.config, 'axis', -1), inputs[0]!.shape.length);
  const parts = inputs.map((input) => {
    const mask = input.mask
      ? unsqueeze(g, input.mask, -1)
      : reshape(
          g,
          g.numbers([1], 'bool'),
          input.shape.map(() => 1),
        );
    return expand(g, mask, sizesOf(input));
  });
  return any(g, concat(g, parts, axis), -1);
}

function normalized(g: GraphBuilder, x: Value, axis: number): Value {
  const length = sqrt(g, sum(g, square(g, x), axis, true));
  return divide(g, x, maximum(g, length, 1e-12));
}

// The product per sample, summed over one axis of each input.
function dot(call: Call): Value {
  const { g } = call;
  const [first, second] = call.inputs as [Value, Value];
  const { axes } = call.config;
  const [p, q] = (Array.isArray(axes) ? axes : [axes, axes]) as [number, number];
  const axisA = axisOf(p, first.shape.length);
  const axisB = axisOf(q, second.shape.length);
  const prepare = (x: Value, axis: number): Value =>
    call.config['normalize'] ? normalized(g, x, axis) : x;
  const others = (x: Value, axis: number): number[] =>
    x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  const [restA, restB] = [others(first, axisA), others(second, axisB)];
  const a = transpose(g, prepare(first, axisA), [0, ...restA, axisA]);
  const b = transpose(g, prepare(second, axisB), [0, axisB, ...restB]);
  const sizes = sizesOf(a);
  const matrixA = reshape(g, a, [
    sizes[0]!,
    ...(restA.length === 1 ? [sizes[1]!] : [restA.length === 0 ? 1 : -1]),
    sizes.at(-1)!,
  ]);
  const sizesB = sizesOf(b);
  const matrixB = reshape(g, b, [
    sizesB[0]!,
    sizesB[1]!,
    ...(restB.length === 1 ? [sizesB[2]!] : [restB.length === 0 ? 1 : -1]),
  ]);
  const result = matmul(g, matrixA, matrixB);
  const shape = [sizes[0]!, ...sizes.slice(1, -1), ...sizesB.slice(2)];
  return reshape(g, result, shape.length === 1 ? [...shape, 1] : shape);
}

export const mergingLayers: Readonly<Record<string, LayerForm>> = {
  Add: { form: merge(add), computeMask: mergedMask },
  Multiply: { form: multiplied, computeMask: mergedMask },
  Subtract: { form: merge(subtract), computeMask: mergedMask },
  Maximum: { form: extreme(maximum), computeMask: mergedMask },
  Minimum: { form: extreme(minimum), computeMask: mergedMask },
  Average: {
    form: (call) =>
      divide(
        call.g,
        aligned(call).reduce((a, b) => add(call.g, a, b)),
        call.inputs.length,
      ),
    computeMask: mergedMask,
  },
  Concatenate: { form: concatenate, computeMask: concatenatedMask },
  Dot: { form: dot, computeMask: () => undefined },
};
