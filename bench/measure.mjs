// Timing of one function: warmed up by calls, since engines optimize what is called often.
import { summarize } from './statistics.mjs';
import { textTable } from './table.mjs';

/** Runs `work` until about `budget` milliseconds have passed; returns median and minimum in milliseconds. */
export async function measure(work, { budget = 400, least = 5 } = {}) {
  for (let i = 0; i < 3; ++i) await work();
  const times = [];
  const end = performance.now() + budget;
  while (times.length < least || performance.now() < end) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return summarize(times);
}

const cell = (value) =>
  typeof value === 'object'
    ? `${value.median.toFixed(3)} (${value.minimum.toFixed(3)})`
    : String(value);

/** Rows of objects as an aligned text table. */
export function table(rows) {
  const columns = Object.keys(rows[0]);
  return textTable([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]);
}
