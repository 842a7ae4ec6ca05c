// Layers quantized to int8 or int4 (keras/src/quantizers/quantizers.py). The file has their integers; the products are
// computed with floats, which hold the sums of integers exactly as long as they are below 2^24.
import type { GraphBuilder } from '../graph/builder.js';
import { add, cast, clip, divide, multiply, subtract, unary } from '../graph/elementwise.js';
import { reduce, type Axes } from '../graph/reducing.js';
import { gather, unsqueeze } from '../graph/shaping.js';
import { NoOnnxForm, type Constant, type Value } from '../graph/value.js';
import { numberOf, numbersIn, type Call } from '../model/call.js';
import { isJson, type Json } from '../../../model_description.js';

/** The mode of the layer's dtype policy, such as `int8` or `int4/128`; undefined for layers that are not quantized. */
export function quantizationOf({ layer }: Call): string | undefined {
  const names = [...layer.weights.keys()];
  if (!names.some((name) => /(_scale|_amax_history)$/.test(name))) return undefined;
  const { dtype } = layer.config;
  const policy = isJson(dtype) && isJson(dtype['config']) ? dtype['config'] : {};
  const name = String(policy['mode'] ?? policy['name'] ?? 'integers');
  return name.replace(/_from_.*$/, '');
}

/** An integer kernel as floats, and what its products are divided by. */
export interface IntegerKernel {
  readonly kernel: Value;
  /** Undefined when the kernel is dequantized already. */
  readonly scale: Value | undefined;
}

/**
 * The kernel of a layer quantized to int8, or to int4 with `columns` of which two share a byte. Blocks lie along an axis.
 * Throws NoOnnxForm for other modes.
 */
export function integerKernel(
  call: Call,
  name: string,
  columns: number,
  blockAxis: number,
): IntegerKernel {
  const { g, dtype } = call;
  const mode = quantizationOf(call)!;
  if (!/^int[48](\/|$)/.test(mode)) throw new NoOnnxForm(`it is quantized (${mode})`);
  const stored = call.layer.weights.get(name) as Constant;
  const integers = mode.startsWith('int4') ? unpacked(stored, columns) : stored;
  const kernel = cast(g, g.constant(integers), dtype);
  const scale = call.weight(`${name}_scale`);
  if (!call.hasWeight(`${name}_zero`)) return { kernel, scale };
  const groups = cast(g, call.weight('g_idx'), 'int64');
  const along = (value: Value): Value => gather(g, value, groups, blockAxis);
  const zero = along(cast(g, call.weight(`${name}_zero`), dtype));
  return { kernel: multiply(g, subtract(g, kernel, zero), along(scale)), scale: undefined };
}

// Of two columns the first has the low half of a byte.
function unpacked({ shape, bytes }: Constant, columns: number): Constant {
  const [rows, width] = shape as [number, number];
  const out = Int8Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const byte = bytes[row * width + (column >> 1)]!;
    const half = column % 2 === 0 ? byte & 15 : byte >> 4;
    return half > 7 ? half - 16 : half;
  });
  return { shape: [rows, columns], dtype: 'int8', bytes: new Uint8Array(out.buffer) };
}

/** The inputs as the layer quantizes them, back as floats; unchanged for layers that only quantize weights. */
export function quantizedInputs(call: Call, x: Value, axes: Axes): Value {
  const quantizer = quantizerOf(call);
  if (!quantizer) return x;
  const { g } = call;
  const [low = -127, high = 127] = numbersIn(
    { value_range: [-127, 127], ...quantizer },
    'value_range',
  );
  const largest = reduce(g, 'Max', unary(g, 'Abs', x), axes, true);
  const guarded = add(g, largest, numberOf(quantizer, 'epsilon', 1e-7));
  const scale = divide(g, g.scalar(high, x.dtype), guarded);
  const rounded = clip(g, unary(g, 'Round', multiply(g, x, scale)), low, high);
  return divide(g, rounded, scale);
}

function quantizerOf(call: Call): Json | undefined {
  const given = call.config['quantization_config'];
  if (isJson(given) && isJson(given['config'])) {
    const quantizer = given['config']['activation_quantizer'];
    return isJson(quantizer) ? ((quantizer['config'] ?? {}) as Json) : undefined;
  }
  return quantizationOf(call) === 'int8' ? {} : undefined;
}

/** Rows of a quantized table. */
export function quantizedRows(call: Call, index: Value): Value {
  const { g } = call;
  const width = numberOf(call.config, 'output_dim');
  const { kernel, scale } = integerKernel(call, 'embeddings', width, 1);
  const rows = gather(g, kernel, index, 0);
  return scale ? divide(g, rows, unsqueeze(g, gather(g, scale, index, 0), -1)) : rows;
}

/** A product divided by the scale of its kernel. */
export const scaled = (g: GraphBuilder, x: Value, { scale }: IntegerKernel): Value =>
  scale ? divide(g, x, scale) : x;
