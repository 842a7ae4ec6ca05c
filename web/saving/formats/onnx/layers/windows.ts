// Sliding windows: padding and sizes of convolutions and pooling.
import type { Dim } from '../graph/value.js';

export interface Window {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

const extent = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** How a window slides: the attributes of the operator, and the sizes of the result. */
export interface Sliding {
  readonly attributes: Readonly<Record<string, readonly number[] | string>>;
  readonly sizes: readonly Dim[];
}

/** `padding` is Keras's: `valid`, `same`, or `causal` for sequences. */
export function slide(spatial: readonly Dim[], window: Window, padding: string): Sliding {
  const { sizes, strides, dilations } = window;
  const extents = sizes.map((size, i) => extent(size, dilations[i]!));
  const isOpen = (dim: Dim, i: number): boolean => dim === null && strides[i]! > 1;
  if (padding === 'same' && spatial.some(isOpen)) {
    const rounded = spatial.map((dim, i) => dim && Math.ceil(dim / strides[i]!));
    return { attributes: { auto_pad: 'SAME_UPPER' }, sizes: rounded };
  }
  const pairs = spatial.map((dim, i): [number, number] => {
    if (padding === 'causal') return [extents[i]! - 1, 0];
    if (padding !== 'same') return [0, 0];
    const total =
      dim === null || strides[i] === 1
        ? extents[i]! - 1
        : Math.max(0, (Math.ceil(dim / strides[i]!) - 1) * strides[i]! + extents[i]! - dim);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  // In ONNX, all widths before the axes come first.
  const pads = [...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)];
  const results = spatial.map((dim, i) =>
    dim === null
      ? null
      : Math.floor((dim + pairs[i]![0] + pairs[i]![1] - extents[i]!) / strides[i]!) + 1,
  );
  return { attributes: { pads }, sizes: results };
}
