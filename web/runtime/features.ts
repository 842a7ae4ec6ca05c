// What this engine's WebAssembly can do: two tiny modules that are only valid where the feature exists.

/** A module with one function of the given instructions. */
function isValid(body: readonly number[]): boolean {
  const code = [0, ...body, 0x0b];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // type: () -> v128
    ...[0x03, 0x02, 0x01, 0x00], // one function of that type
    ...[0x0a, code.length + 2, 0x01, code.length, ...code],
  ];
  return WebAssembly.validate(new Uint8Array(bytes));
}

// i32.const 0, i8x16.splat
const vector = [0x41, 0x00, 0xfd, 0x0f];

/** 128-bit SIMD: every browser and Node since 2021. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && isValid(vector);
}

/** Relaxed SIMD, with its fused multiply-add: f32x4.relaxed_madd. */
export function hasRelaxedSimd(): boolean {
  return hasSimd() && isValid([...vector, ...vector, ...vector, 0xfd, 0x85, 0x02]);
}
