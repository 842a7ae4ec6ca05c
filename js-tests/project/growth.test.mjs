// What the bench makes of measurements of growth. The measurements here are invented; nothing is timed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { exponentOf } from '../../bench/growth/exponents.mjs';
import { exponentsOf, growthFiles } from '../../bench/growth/page.mjs';
import { plot } from '../../bench/growth/plot.mjs';
import { series, workloadsOf } from '../../bench/growth/series.mjs';

const close = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`);

/** Points whose cost is a power of the size, beside a fixed cost. */
const powers = (exponent, fixed = 0) =>
  [1, 10, 100, 1000].map((size) => ({ size, cost: fixed + size ** exponent }));

/** Rows of one series: both contenders cost the given powers of the size. */
function rowsOf(name, own, theirs = 1) {
  const sizes = series.find((each) => each.name === name).sizes;
  const row = (peer, exponent) => (at) => {
    const cost = at ** exponent;
    return {
      ...{ series: name, at, peer, kind: 'relaxed', flops: at },
      ...{ load: cost, first: cost, predict: cost, memory: cost * 1e6, difference: 0 },
    };
  };
  return [...sizes.map(row('keras-wasm', own)), ...sizes.map(row('litert', theirs))];
}

const about = {
  date: '2026-01-02',
  machine: { cpu: 'A processor', cores: 2, memory: 24 * 2 ** 30, system: 'Linux' },
  version: '1.2.3',
  place: 'Node 24.0.0',
};

test('the exponent of a power is found', () => {
  for (const exponent of [0.5, 1, 2]) close(exponentOf(powers(exponent)), exponent);
});

test('sizes at which a fixed cost dominates do not flatten the exponent', () => {
  const exponent = exponentOf(powers(1, 30));
  assert.ok(exponent > 0.85 && exponent <= 1, `${exponent}`);
});

test('costs that do not grow have no exponent', () => {
  assert.equal(exponentOf(powers(0)), undefined);
  assert.equal(exponentOf([{ size: 1, cost: 1 }]), undefined);
  assert.equal(exponentOf([]), undefined);
});

test("a cost that grows faster than the work and than the peer's cost is named", () => {
  const page = (own, theirs) =>
    growthFiles({ ...about, rows: rowsOf('layers', own, theirs) })['growth.md'];
  assert.match(page(2, 1), /grow faster than they should:\*\* layers, predict; layers, load/);
  for (const fine of [page(1, 1), page(2, 2), page(1.05, 0.5)])
    assert.match(fine, /No cost grows faster than the work/);
});

test('the arithmetic of longer sequences says how fast a prediction may grow', () => {
  const rows = rowsOf('sequence', 1.5, 1).map((row) => ({ ...row, flops: row.at ** 1.5 }));
  const grows = Object.fromEntries(
    exponentsOf(rows).map(({ quantity, grows: too }) => [quantity, too]),
  );
  assert.deepEqual(grows, { predict: false, load: true, memory: true });
});

test('the page has a table and a plot for each quantity, and says what failed', () => {
  const rows = [
    ...rowsOf('file', 1).filter(({ at, peer }) => at < 1000 || peer === 'keras-wasm'),
    { series: 'file', at: 1000, peer: 'litert', kind: 'relaxed', error: 'out of memory' },
  ];
  const files = growthFiles({ ...about, rows });
  assert.deepEqual(Object.keys(files).sort(), [
    'growth.md',
    'growth/file-load.svg',
    'growth/file-memory.svg',
    'growth/file-predict.svg',
  ]);
  assert.match(files['growth.md'], /!\[Memory by megabytes\]\(growth\/file-memory\.svg\)/);
  assert.match(files['growth.md'], /\| 100 \| 100 \| 100 \| 100 \| 100 \| 100 \| 100 \| 1\.00x \|/);
  assert.match(files['growth.md'], /\| 1000 \| 1000 \| - \| 1000 \| - \| 1000 \| - \| - \|/);
  assert.match(files['growth.md'], /LiteRT fails at 1000: out of memory/);
});

test('equal ratios are equal distances in a plot', () => {
  const svg = plot({
    ...{ title: 'A & B', xTitle: 'x', yTitle: 'y' },
    lines: [{ name: 'one', points: powers(1) }],
  });
  assert.match(svg, /A &amp; B/);
  const [points] = /(?<=<polyline points=")[^"]*/.exec(svg);
  const places = points.split(' ').map((point) => point.split(',').map(Number));
  const steps = places.slice(1).map(([x, y], i) => [x - places[i][0], y - places[i][1]]);
  for (const [dx, dy] of steps) {
    assert.ok(Math.abs(dx - steps[0][0]) < 0.2 && dx > 0);
    assert.ok(Math.abs(dy - steps[0][1]) < 0.2 && dy < 0);
  }
});

test('each size of a series is a workload with a name of its own', () => {
  const names = series.flatMap((each) => workloadsOf(each).map(({ name }) => name));
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes('growth_sequence_2048'));
});
