// The peak speed of this machine and engine: WASM that only multiplies and adds, in registers.

const [i32, v128] = [0x7f, 0x7b];

const unsigned = (value) => {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
};
const section = (id, content) => [id, ...unsigned(content.length), ...content];
const get = (local) => [0x20, ...unsigned(local)];
const set = (local) => [0x21, ...unsigned(local)];
const simd = (opcode) => [0xfd, ...unsigned(opcode)];
const [splat, add, mul, madd] = [0x13, 0xe4, 0xe6, 0x105].map(simd);

// f32.const 0.5: sums converge, so that no denormal or infinite number slows them down.
const half = [0x43, 0x00, 0x00, 0x00, 0x3f];

/**
 * A function (count: i32) -> f32 that repeats `chains` independent sums, sum = sum * 0.5 + 0.5, `count` times.
 *
 * @param relaxed one relaxed multiply-add instead of a multiplication and an addition.
 */
export function peakModule(chains, relaxed) {
  const sum = (i) => 1 + i;
  const factor = 1 + chains;
  const steps = Array.from({ length: chains }, (_, i) =>
    relaxed
      ? [...get(sum(i)), ...get(factor), ...get(factor), ...madd, ...set(sum(i))]
      : [...get(sum(i)), ...get(factor), ...mul, ...get(factor), ...add, ...set(sum(i))],
  ).flat();
  const total = Array.from({ length: chains }, (_, i) => [
    ...get(sum(i)),
    ...(i > 0 ? add : []),
  ]).flat();
  const body = [
    ...[1, ...unsigned(chains + 1), v128], // locals
    ...[...half, ...splat, ...set(factor)],
    ...[0x03, 0x40], // loop
    ...steps,
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0], // count - 1
    ...[0x0d, 0, 0x0b], // again, unless 0; end
    ...[...total, ...simd(0x1f), 0, 0x0b], // first lane; end
  ];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 1, i32, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode('run'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** Kinds that this engine runs. */
export const canRelax = () => WebAssembly.validate(peakModule(4, true));

// Long enough for the clocks of browsers.
const iterations = 200_000;

// Kept between calls, so that the engine's optimizing compiler compiles them.
let kernels;

function makeKernels() {
  return (canRelax() ? ['plain', 'relaxed'] : ['plain']).flatMap((kind) =>
    [6, 8, 10, 12].map((chains) => {
      const module = new WebAssembly.Module(peakModule(chains, kind === 'relaxed'));
      return { kind, chains, run: new WebAssembly.Instance(module).exports.run };
    }),
  );
}

/** The fastest of several numbers of sums in flight, in GFLOP/s: { plain, relaxed? }. Takes 20 milliseconds for each. */
export function measurePeak() {
  kernels ??= makeKernels();
  const best = {};
  for (const { kind, chains, run } of kernels)
    best[kind] = Math.max(best[kind] ?? 0, speedOf(run, chains));
  return best;
}

function speedOf(run, chains) {
  let fastest = Infinity;
  const end = performance.now() + 20;
  for (let start = performance.now(); start < end;) {
    run(iterations);
    const stop = performance.now();
    fastest = Math.min(fastest, stop - start);
    start = stop;
  }
  return (iterations * chains * 4 * 2) / fastest / 1e6;
}
