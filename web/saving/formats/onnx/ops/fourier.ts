// Fourier transforms (keras/src/ops/math.py), by the operators DFT and STFT.
import type { GraphBuilder } from '../graph/builder.js';
import { negative } from '../graph/elementwise.js';
import {
  at,
  concat,
  flip,
  gather,
  pad,
  reshape,
  sizesOf,
  slice,
  stack,
  unsqueeze,
} from '../graph/shaping.js';
import { NoOnnxForm, staticDim, type Dim, type Value } from '../graph/value.js';
import type { Call } from '../model/call.js';
import { floatInput, table, type Forms } from './support.js';

/** Real and imaginary parts. */
export type Complex = readonly [real: Value, imag: Value];

// With another size of the last axis: cut, or filled with zeros.
function resized(g: GraphBuilder, x: Value, size: number): Value {
  const dim = staticDim(x.shape, -1);
  if (dim >= size) return slice(g, x, -1, 0, size);
  const last = x.shape.length - 1;
  return pad(
    g,
    x,
    x.shape.map((_, i) => [0, i === last ? size - dim : 0] as const),
  );
}

// The parts of a tensor whose last axis has both.
function partsOf(g: GraphBuilder, x: Value): Complex {
  return [at(g, x, -1, 0), at(g, x, -1, 1)];
}

/** The axes before the last `count` as one, which transforms take as the batch. */
function rowsOf(g: GraphBuilder, x: Value, count: number): Value {
  const kept = x.shape.length - count;
  return kept === 1 ? x : reshape(g, x, [-1, ...sizesOf(x, kept)]);
}

/** The result with the axes of `like` before its last `count`. */
function backFrom(g: GraphBuilder, y: Value, like: Value, count: number): Value {
  const kept = like.shape.length - count;
  return kept === 1 ? y : reshape(g, y, [...sizesOf(like, 0, kept), ...sizesOf(y, 1)]);
}

function transformed(
  g: GraphBuilder,
  x: Value,
  axis: number,
  { onesided = false, inverse = false } = {},
): Value {
  const dim = x.shape[axis]!;
  const size = onesided && dim !== null ? Math.floor(dim / 2) + 1 : dim;
  const shape = x.shape.map((each, i): Dim => (i === axis ? size : each));
  shape[shape.length - 1] = 2;
  const attributes = { axis, onesided: Number(onesided), inverse: Number(inverse) };
  return g.op('DFT', [x], attributes, [shape, x.dtype]);
}

function pairIn(call: Call): Complex {
  const [real, imag] = call.inputs;
  if (!real || !imag) throw new NoOnnxForm('its argument is not a pair of tensors');
  return [real, imag];
}

/** keras.ops.fft and its inverse over the last axis, or the last two. */
const complexTransform =
  (axes: number, inverse: boolean) =>
  (call: Call): Complex => {
    const { g } = call;
    const [real, imag] = pairIn(call);
    const given = stack(g, [rowsOf(g, real, axes), rowsOf(g, imag, axes)], -1);
    const along = Array.from({ length: axes }, (_, i) => i + 1);
    const result = along.reduce((x, axis) => transformed(g, x, axis, { inverse }), given);
    const [a, b] = partsOf(g, result);
    return [backFrom(g, a, real, axes), backFrom(g, b, real, axes)];
  };

function rfft(call: Call): Complex {
  const { g } = call;
  const given = floatInput(call);
  const length = call.option<number | null>('fft_length', null);
  const x = length === null ? given : resized(g, given, length);
  const spectrum = transformed(g, unsqueeze(g, rowsOf(g, x, 1), -1), 1, { onesided: true });
  const [real, imag] = partsOf(g, spectrum);
  return [backFrom(g, real, given, 1), backFrom(g, imag, given, 1)];
}

function irfft(call: Call): Value {
  const { g } = call;
  const pair = pairIn(call);
  const length = call.option('fft_length', 2 * (staticDim(pair[0].shape, -1) - 1));
  const half = Math.floor(length / 2) + 1;
  const [real, imag] = pair.map((part) => rowsOf(g, resized(g, part, half), 1)) as [Value, Value];
  // The other frequencies are the conjugates of these, in the opposite order.
  const mirrored = (x: Value): Value => flip(g, slice(g, x, 1, 1, length - half + 1), 1);
  const whole = stack(
    g,
    [concat(g, [real, mirrored(real)], 1), concat(g, [imag, negative(g, mirrored(imag))], 1)],
    -1,
  );
  const result = at(g, transformed(g, whole, 1, { inverse: true }), -1, 0);
  return backFrom(g, result, pair[0], 1);
}

export interface StftOptions {
  readonly length: number;
  readonly stride: number;
  readonly fftLength: number;
  readonly window: unknown;
  readonly center: boolean;
}

// Periodic, in the middle of the transform (scipy.signal.get_window).
function windowOf({ window, length, fftLength }: StftOptions): number[] {
  if (window === null) return Array.from({ length: fftLength }, () => 1);
  const a = window === 'hamming' ? 0.54 : 0.5;
  const before = Math.floor((fftLength - length) / 2);
  return Array.from({ length: fftLength }, (_, at) => {
    const i = at - before;
    if (i < 0 || i >= length) return 0;
    if (Array.isArray(window)) return Number(window[i]);
    return a - (1 - a) * Math.cos((2 * Math.PI * i) / length);
  });
}

/** keras.ops.stft of the last axis: [..., frames, frequencies]. */
export function stft(g: GraphBuilder, given: Value, options: StftOptions): Complex {
  const { stride, fftLength, center } = options;
  const half = Math.floor(fftLength / 2);
  const rows = rowsOf(g, given, 1);
  const widths = [
    [0, 0],
    [half, half],
  ] as const;
  const x = center ? pad(g, rows, widths, 0, 'reflect') : rows;
  const samples = x.shape[1]!;
  if (samples !== null && samples < fftLength)
    throw new NoOnnxForm('its input is shorter than a frame');
  const count = samples === null ? null : Math.floor((samples - fftLength) / stride) + 1;
  const parts = [
    unsqueeze(g, x, -1),
    g.scalar(stride, 'int64'),
    g.numbers(windowOf(options), x.dtype),
    g.scalar(fftLength, 'int64'),
  ];
  const shape = [x.shape[0]!, count, half + 1, 2];
  const [real, imag] = partsOf(g, g.op('STFT', parts, { onesided: 1 }, [shape, x.dtype]));
  return [backFrom(g, real, given, 1), backFrom(g, imag, given, 1)];
}

function extractSequences(call: Call): Value {
  const { g, input } = call;
  const [length, stride] = [call.option('sequence_length', 1), call.option('sequence_stride', 1)];
  const samples = staticDim(input.shape, -1);
  const count = Math.max(0, Math.floor((samples - length) / stride) + 1);
  const positions = Array.from({ length: count * length }, (_, i) => {
    return Math.floor(i / length) * stride + (i % length);
  });
  return gather(g, input, g.numbers(positions, 'int64', [count, length]), -1);
}

export const fourierOperations: Forms = table({
  FFT: complexTransform(1, false),
  FFT2: complexTransform(2, false),
  IFFT2: complexTransform(2, true),
  RFFT: rfft,
  IRFFT: irfft,
  STFT: (call) =>
    stft(call.g, floatInput(call), {
      length: call.option('sequence_length', 1),
      stride: call.option('sequence_stride', 1),
      fftLength: call.option('fft_length', 1),
      window: Object.hasOwn(call.config, 'window')
        ? call.config['window']
        : (call.kwargs['window'] ?? 'hann'),
      center: call.option('center', true),
    }),
  ExtractSequences: extractSequences,
});
