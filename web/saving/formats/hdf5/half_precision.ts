// Half precision as float32, which holds the same values.

/** The values of bfloat16 numbers, given as their bits. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  halves.forEach((half, i) => (bits[i] = half << 16));
  return out;
}

/** The values of float16 numbers, given as their bits. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  halves.forEach((half, i) => (out[i] = valueOfFloat16(half)));
  return out;
}

function valueOfFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
