// The tables that the bench prints.
import { compare, compareWithFloats, isRight, summarizeRatios } from './comparisons.mjs';
import { ours } from './contenders.mjs';
import { compareStarts } from './starts.mjs';
import {
  digits,
  errorText,
  kilobytes,
  megabytes,
  percent,
  ratioText,
  tenths,
  textTable,
} from './table.mjs';

/** The rows of one workload in one place. */
export function workloadText(results, place, workload) {
  const rows = results.predictions.filter(
    (row) => row.place === place && row.workload === workload,
  );
  const comparisons = compare(results).filter(
    (each) => each.place === place && each.workload === workload,
  );
  const { flops, title } = results.workloads.find(({ name }) => name === workload);
  const lines = rows.map((row) => {
    const mine = comparisons.find(({ kind }) => kind === row.kind);
    const isOurs = row.peer === ours;
    return [
      `  ${row.contender}`,
      digits(row.minimum),
      digits(row.median),
      flops ? digits(flops / row.minimum / 1e6) : '-',
      isOurs && flops ? percent(mine?.share) : '',
      isOurs ? ratioText(mine?.ratio) : mine ? ratioText(row.minimum / mine.minimum) : '',
      isRight(row, results.workloads)
        ? errorText(row.difference)
        : `WRONG ${errorText(row.difference)}`,
    ];
  });
  const head = ['  ', 'min ms', 'median', 'GFLOP/s', 'of peak', 'ratio', 'off Keras'];
  return `${workload}: ${title} (${place})\n${textTable([head, ...lines])}`;
}

/** Times from nothing to the first result in one place. */
export function startsText(results, place) {
  const comparisons = compareStarts(results);
  const rows = results.starts.filter((row) => row.place === place);
  const lines = rows.map((row) => {
    const mine = comparisons.find(
      (each) =>
        row.peer === ours &&
        each.place === place &&
        each.workload === row.workload &&
        each.kind === row.kind,
    );
    return [
      `  ${row.workload} ${row.contender}`,
      ...[row.engine, row.load, row.first, row.total].map(digits),
      megabytes(row.memory),
      mine ? ratioText(mine.ratio) : '',
    ];
  });
  const head = ['  ', 'engine', 'load', 'first', 'total ms', 'memory MB', 'ratio'];
  const empty = megabytes(results.emptyProcess[place]);
  return `From nothing to the first result (${place}; an empty process: ${empty} MB)\n${textTable([head, ...lines])}`;
}

/** Memory after thousands of predictions in one place. */
export function enduranceText({ endurance }, place) {
  const lines = endurance
    .filter((row) => row.place === place)
    .map(({ contender, few, many }) => [`  ${contender}`, ...[few, many, many - few].map(tenths)]);
  const head = ['  ', 'after 1,000', 'after 10,000', 'grown by'];
  return `Memory while predicting (${place}), MB\n${textTable([head, ...lines])}`;
}

/** Kilobytes to download; empty when no page was started. */
export function downloadsText({ downloads }) {
  if (!downloads.length) return '';
  const lines = downloads.map(({ peer, kind, javascript, wasm, total, later }) => [
    `  ${peer} ${kind}`,
    ...[javascript, wasm, total, later].map(kilobytes),
  ]);
  const head = ['  ', 'JavaScript kB', 'WASM kB', 'total kB', 'later kB'];
  return `To download before the first result, gzip, without the model\n${textTable([head, ...lines])}\n`;
}

/** The geometric means, the failures, and the workloads on which this package is slower. */
export function summaryText(results) {
  const comparisons = compare(results);
  const lines = Object.entries(results.peaks).map(
    ([place, peak]) =>
      `Peak in ${place}: ${Object.entries(peak)
        .map(([kind, speed]) => `${kind} ${digits(speed)}`)
        .join(', ')} GFLOP/s`,
  );
  for (const { place, kind, ratio, workloads, slower } of summarizeRatios(comparisons)) {
    const behind = slower.length ? `; slower: ${slower.join(', ')}` : '';
    lines.push(
      `${place} ${kind}: ${ratioText(ratio)} the fastest peer, geometric mean of ${workloads}${behind}`,
    );
  }
  for (const { place, kind, workload, self, ratio } of compareWithFloats(results))
    lines.push(`${place} ${kind}: ${workload} ${ratioText(ratio)} as fast as ${self}`);
  for (const { place, contender, workload, error } of results.failures)
    lines.push(`Left out: ${contender} in ${place} on ${workload}: ${error}`);
  return lines.join('\n');
}
