// What the bench makes of measurements. The measurements here are invented; nothing is timed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { findWorse } from '../../bench/check.mjs';
import { compare, compareWithFloats, summarizeRatios } from '../../bench/comparisons.mjs';
import { missedGoals } from '../../bench/goals.mjs';
import { peakModule } from '../../bench/peak.mjs';
import { performancePage } from '../../bench/performance_page.mjs';
import { summaryText, workloadText } from '../../bench/report.mjs';
import { compareStarts } from '../../bench/starts.mjs';
import { largestDifference } from '../../bench/statistics.mjs';
import { chooseWorkloads } from '../../bench/workloads.mjs';

const prediction = (peer, kind, workload, minimum, difference = 1e-7) => ({
  workload,
  place: 'node24',
  contender: `${peer} ${kind}`,
  peer,
  kind,
  median: 2 * minimum,
  minimum,
  samples: 50,
  difference,
});

const start = (peer, workload, total) => ({
  workload,
  place: 'node24',
  contender: `${peer} relaxed`,
  peer,
  kind: 'relaxed',
  engine: 70,
  load: 30,
  first: total - 80,
  total,
  memory: 200e6,
});

function results() {
  const measured = {
    package: '1.2.3',
    date: '2026-01-02',
    machine: { cpu: 'A processor', cores: 2, memory: 24 * 2 ** 30, system: 'Linux' },
    versions: { litert: '2.5.3', onnxruntime: '1.30.0' },
    threads: 2,
    places: { node24: 'Node 24.0.0' },
    workloads: [
      { name: 'lstm', title: 'LSTM', group: 'recurrent', flops: 20e6 },
      { name: 'gemm512', title: 'Product 512', group: 'products', flops: 2 * 512 ** 3 },
      { name: 'cnn', title: 'CNN', group: 'models', flops: 5e6 },
      { name: 'mobilenetv2', title: 'MobileNetV2', group: 'models', flops: 600e6 },
    ],
    peaks: { node24: { plain: 40, relaxed: 50 } },
    predictions: [
      prediction('keras-wasm', 'relaxed', 'lstm', 0.5),
      prediction('litert', 'relaxed', 'lstm', 1),
      prediction('keras-wasm', 'plain', 'lstm', 1),
      prediction('litert', 'plain', 'lstm', 1.5),
      prediction('onnxruntime', 'plain', 'lstm', 0.8),
      prediction('tfjs', 'plain', 'lstm', 14),
      prediction('keras-wasm', 'relaxed', 'gemm512', 8),
      prediction('litert', 'relaxed', 'gemm512', 4, 0.01),
      prediction('keras-wasm', 'threads', 'gemm512', 4),
    ],
    starts: [
      start('keras-wasm', 'cnn', 100),
      start('keras-wasm', 'mobilenetv2', 200),
      start('litert', 'mobilenetv2', 240),
    ],
    emptyProcess: { node24: 50e6 },
    runtimes: { rows: [{ runtime: 'Bun 1.0.0', empty: 10, total: 50, start: 40 }] },
    scale: {
      keras: '3.15.1',
      rows: [{ workload: 'CNN', way: 'one process', seconds: 4, rate: 250, ratio: 0.5 }],
    },
    endurance: [
      {
        place: 'node24',
        contender: 'keras-wasm plain',
        peer: 'keras-wasm',
        kind: 'plain',
        few: 80e6,
        many: 83e6,
      },
    ],
    downloads: [
      {
        peer: 'keras-wasm',
        kind: 'relaxed',
        javascript: 50e3,
        wasm: 420e3,
        total: 470e3,
        later: 300e3,
      },
    ],
    configs: {
      keras: '3.15.1',
      backend: 'jax',
      rows: [
        ['MobileNetV2', 'getConfig', 4, 4],
        ['MobileNetV2', 'fromConfig', 8, 41],
        ['MobileNetV2', 'cloneDrawn', 8, 6],
        ['10,000 Dense in a chain', 'clone', 310, 70],
      ].map(([model, operation, median, ratio]) => ({
        ...{ model, operation, median, ratio },
        ...{ minimum: median, keras: ratio * median },
      })),
    },
    failures: [
      { place: 'node24', contender: 'litert threads', workload: 'lstm', error: 'no threads' },
    ],
  };
  return Object.assign(measured, {
    comparisons: compare(measured),
    startComparisons: compareStarts(measured),
  });
}

const comparison = (workload, kind) =>
  results().comparisons.find((each) => each.workload === workload && each.kind === kind);

test('a ratio is taken to the fastest peer of the same kind', () => {
  const relaxed = comparison('lstm', 'relaxed');
  assert.deepEqual([relaxed.peer, relaxed.ratio], ['litert', 2]);
  const plain = comparison('lstm', 'plain');
  assert.deepEqual([plain.peer, plain.ratio], ['onnxruntime', 0.8]);
});

test('a fast peer with wrong results is no rival', () => {
  assert.equal(comparison('gemm512', 'relaxed').ratio, undefined);
  assert.match(workloadText(results(), 'node24', 'gemm512'), /litert relaxed .* WRONG 1e-2/);
});

test('models of fewer bits are compared with themselves in floats, and have tolerances of their own', () => {
  const all = results();
  all.workloads.push({ name: 'int8_lstm', title: 'Int8', flops: 1, self: 'lstm', tolerance: 0.1 });
  all.predictions.push(
    prediction('keras-wasm', 'relaxed', 'int8_lstm', 0.25, 0.01),
    prediction('litert', 'relaxed', 'int8_lstm', 0.2, 0.05),
    prediction('litert', 'plain', 'int8_lstm', 0.1, 0.2),
  );
  assert.deepEqual(compareWithFloats(all), [
    { place: 'node24', kind: 'relaxed', workload: 'int8_lstm', self: 'lstm', ratio: 2 },
  ]);
  const quantized = compare(all).find(({ workload }) => workload === 'int8_lstm');
  assert.deepEqual([quantized.peer, quantized.ratio], ['litert', 0.8]);
  const means = (each) => summarizeRatios(compare(each)).map(({ ratio }) => ratio);
  assert.deepEqual(means(all), means(results()));
  assert.match(
    performancePage({ ...results(), ...all }, {}),
    /\| Int8 \| node24.* \| lstm \| 2\.00x \|/,
  );
  assert.match(summaryText(all), /node24 relaxed: int8_lstm 2\.00x as fast as lstm/);
});

test('shares are those of the peak of the kind, and of both cores for two threads', () => {
  const gflops = (2 * 512 ** 3) / 8e6;
  assert.equal(comparison('gemm512', 'relaxed').gflops, gflops);
  assert.equal(comparison('gemm512', 'relaxed').share, gflops / 50);
  assert.equal(comparison('gemm512', 'threads').share, (2 * gflops) / 100);
});

test('ratios of a kind are summed up by their geometric mean', () => {
  const ratios = [0.5, 2, 8].map((ratio, i) => ({
    place: 'p',
    kind: 'plain',
    workload: `w${i}`,
    ratio,
  }));
  const [summary] = summarizeRatios(ratios);
  assert.ok(Math.abs(summary.ratio - 2) < 1e-12);
  assert.deepEqual(summary.slower, ['w0']);
});

test('goals that are missed are listed with what was reached', () => {
  const missed = missedGoals(results()).map((each) => `${each.what}: ${each.missed}`);
  assert.deepEqual(missed, [
    'All predictions: 0.80 times the fastest peer, not 1.35',
    'lstm: 0.80 times as fast as onnxruntime, not 1.5',
    'gemm512: 67 % of the peak, not 80 %',
    'lstm: 14.0 times as fast as TensorFlow.js, not 15',
    'mobilenetv2: the first result 1.20 times as soon as litert, not 1.5',
    'Start of the engine: 70 ms, not 60',
    'Download: 470 kB, not 450',
    'Configs and clones: 41.0 times as fast as Keras, not 50',
    'Configs and clones: 310 ms, not 150',
  ]);
});

test('the page names machine and versions, and has a row for each measurement', () => {
  const page = performancePage(results(), {});
  assert.match(page, /A processor, 2 cores, 24 GiB/);
  assert.match(page, /keras-wasm 1\.2\.3, beside LiteRT 2\.5\.3, ORT-web 1\.30\.0/);
  assert.match(page, /\| LSTM \| 2\.00x \| 0\.500 \| 1\.00 \| 40\.0 \| 80 % \| 1e-7 \| 1\.00 \|/);
  assert.match(page, /\| MobileNetV2, node24, keras-wasm relaxed \|.*\| 200 \| 200 \| 1\.20x \|/);
  assert.match(page, /\| node24, keras-wasm plain \| 80\.0 \| 83\.0 \| 3\.0 \|/);
  assert.match(page, /\| keras-wasm relaxed \| 50 \| 420 \| 470 \|/);
  assert.match(page, /\| Bun 1\.0\.0 \| 10\.0 \| 50\.0 \| 40\.0 \|/);
  assert.match(page, /\| CNN: one process \| 4\.00 \| 250 \| 0\.50x \|/);
});

test('the page gives the note of a workload that misses its goal, and says when there is none', () => {
  const page = performancePage(results(), { lstm: 'Because of the weather.' });
  assert.match(page, /### LSTM\n\n.*\n\nBecause of the weather\./);
  assert.match(page, /### Product 512\n\n.*\n\nNo note yet\./);
});

test('the summary says what was left out, and why', () => {
  assert.match(summaryText(results()), /Left out: litert threads in node24 on lstm: no threads/);
});

test('a check finds the ratios that lost more than a fifth', () => {
  const at = (workload, ratio) => ({ place: 'node24', kind: 'plain', workload, ratio });
  const recorded = [at('a', 2), at('b', 2), at('c', 2)];
  const worse = findWorse(recorded, [at('a', 1.59), at('b', 1.61), at('d', 0.1)]);
  assert.deepEqual(worse, [
    { place: 'node24', workload: 'a', kind: 'plain', recorded: 2, now: 1.59 },
  ]);
});

test('workloads are chosen by name, group or beginning', () => {
  const names = (only) => chooseWorkloads(only).map(({ name }) => name);
  assert.deepEqual(names('gru,lstm'), ['lstm', 'gru']);
  assert.deepEqual(names('conv3'), ['conv3']);
  assert.deepEqual(names('mlp'), ['mlp_b1', 'mlp_b64']);
  assert.deepEqual(names('recurrent'), ['lstm', 'gru', 'bilstm']);
  assert.throws(() => names('lstn'), /No such workload: lstn/);
});

test('a difference is relative to the largest number, and what is not a number is refused', () => {
  assert.equal(largestDifference([1, -4, 2.5], [1, -4, 2]), 0.125);
  assert.throws(() => largestDifference([1, NaN], [1, 2]), /a result is NaN/);
  assert.throws(() => largestDifference([1], [1, 2]), /1 numbers came out, not 2/);
});

test('the kernel that measures the peak multiplies and adds', async () => {
  for (const chains of [1, 12]) {
    const { instance } = await WebAssembly.instantiate(peakModule(chains, false));
    // 0, 1/2, 3/4, 7/8 in each sum.
    assert.equal(instance.exports.run(3), chains * 0.875);
  }
});
