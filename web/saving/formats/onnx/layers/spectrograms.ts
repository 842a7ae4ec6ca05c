// keras/src/layers/preprocessing/stft_spectrogram.py and mel_spectrogram.py.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  cast,
  divide,
  log,
  maximum,
  multiply,
  power,
  sqrt,
  square,
  subtract,
} from '../graph/elementwise.js';
import { matmul } from '../graph/products.js';
import { reduce } from '../graph/reducing.js';
import { concat, pad, reshape, sizesOf, slice, swapAxes, transpose } from '../graph/shaping.js';
import { isFloat, NoOnnxForm, type Value } from '../graph/value.js';
import { numberOf, type Call, type LayerForm } from '../model/call.js';
import { arctan2 } from '../ops/elementwise.js';
import { stft } from '../ops/fourier.js';
import { conv } from './convolutional.js';
import { isChannelsFirst } from './data_format.js';

const EPSILON = 1e-7;

function stftSpectrogram(call: Call): Value {
  const { g, config, input } = call;
  if (!isFloat(input.dtype)) throw new NoOnnxForm(`its input is of dtype ${input.dtype}`);
  const isFirst = isChannelsFirst(config);
  const x = isFirst ? input : swapAxes(g, input, 1, 2);
  const part = (name: string): Value => transformed(call, x, call.weight(name, x.dtype));
  const arranged = (y: Value): Value => arrange(g, y, isFirst, config['expand_dims'] === true);
  const mode = String(config['mode']);
  if (mode === 'real' || mode === 'imag') return arranged(part(`${mode}_kernel`));
  const [real, imag] = [part('real_kernel'), part('imag_kernel')];
  if (mode === 'angle') return arranged(arctan2(g, imag, real));
  if (mode === 'stft') return arranged(concat(g, [real, imag], 2));
  const powers = add(g, square(g, real), square(g, imag));
  if (mode === 'psd') return arranged(oneSided(g, powers));
  const magnitude = arranged(sqrt(g, maximum(g, powers, EPSILON)));
  return mode === 'magnitude' ? magnitude : log(g, maximum(g, magnitude, EPSILON));
}

// Each channel convolved by itself: from [batch, channels, time] to [batch, channels, frequencies, frames].
function transformed({ g, config }: Call, x: Value, kernel: Value): Value {
  const step = config['frame_step'] ?? Math.floor(numberOf(config, 'frame_length') / 2);
  const signals = reshape(g, x, [-1, 1, ...sizesOf(x, 2)]);
  const y = conv(g, signals, kernel, undefined, {
    strides: [Number(step)],
    dilations: [1],
    padding: String(config['padding']),
    isFirst: true,
  });
  return reshape(g, y, [...sizesOf(x, 0, 2), ...sizesOf(y, 1)]);
}

function arrange(g: GraphBuilder, x: Value, isFirst: boolean, expandDims: boolean): Value {
  if (expandDims) return transpose(g, x, isFirst ? [0, 1, 3, 2] : [0, 3, 2, 1]);
  const [, channels, frequencies] = x.shape;
  if (channels == null || frequencies == null) throw new NoOnnxForm('its channels must be known');
  const y = reshape(g, x, [...sizesOf(x, 0, 1), channels * frequencies, ...sizesOf(x, 3)]);
  return isFirst ? y : swapAxes(g, y, 1, 2);
}

// Counts each frequency twice that has a mirrored one: all but the first and the last.
function oneSided(g: GraphBuilder, powers: Value): Value {
  const inner = slice(g, powers, 2, 1, -1);
  const widths = [
    [0, 0],
    [0, 0],
    [1, 1],
    [0, 0],
  ] as const;
  return add(g, powers, pad(g, inner, widths));
}

function melSpectrogram(call: Call): Value {
  const { g, config } = call;
  const x = cast(g, call.input, 'float32');
  const fftLength = numberOf(config, 'fft_length');
  const [real, imag] = stft(g, x, {
    length: Number(config['sequence_length'] ?? fftLength),
    stride: numberOf(config, 'sequence_stride'),
    fftLength,
    window: config['window'] ?? null,
    center: true,
  });
  const magnitudes = sqrt(g, add(g, square(g, real), square(g, imag)));
  const exponent = numberOf(config, 'mag_exp');
  const raised = exponent === 1 ? magnitudes : power(g, magnitudes, exponent);
  let y = matmul(g, raised, melWeights(call, Math.floor(fftLength / 2) + 1));
  if (config['power_to_db'] === true) y = decibels(call, y);
  return cast(g, swapAxes(g, y, -1, -2), call.dtype);
}

// Of the Hidden Markov Model Toolkit.
const hertzToMel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);

// Triangles that overlap on the mel scale, with a peak of 1. The zero frequency has no weight.
function melWeights({ g, config }: Call, frequencies: number): Value {
  const count = numberOf(config, 'num_mel_bins');
  const rate = numberOf(config, 'sampling_rate');
  const lowest = hertzToMel(numberOf(config, 'min_freq'));
  const highest = hertzToMel(Number(config['max_freq'] ?? 0) || Math.trunc(rate / 2));
  const edge = (i: number): number => lowest + ((highest - lowest) * i) / (count + 1);
  const rows = Array.from({ length: frequencies }, (_, i) => {
    const mel = hertzToMel((rate / 2) * (i / (frequencies - 1)));
    return Array.from({ length: count }, (__, bin) => {
      if (i === 0) return 0;
      const rising = (mel - edge(bin)) / (edge(bin + 1) - edge(bin));
      const falling = (edge(bin + 2) - mel) / (edge(bin + 2) - edge(bin + 1));
      return Math.max(0, Math.min(rising, falling));
    });
  });
  return g.numbers(rows.flat(), 'float32', [frequencies, count]);
}

function decibels({ g, config }: Call, x: Value): Value {
  const least = numberOf(config, 'min_power');
  const reference = 10 * Math.log10(Math.max(least, Math.abs(numberOf(config, 'ref_power'))));
  const logarithms = divide(g, log(g, maximum(g, x, least)), Math.LN10);
  const y = subtract(g, multiply(g, logarithms, 10), reference);
  return maximum(g, y, subtract(g, reduce(g, 'Max', y, null), numberOf(config, 'top_db')));
}

export const spectrogramLayers: Readonly<Record<string, LayerForm>> = {
  STFTSpectrogram: { form: stftSpectrogram },
  MelSpectrogram: { form: melSpectrogram },
};
