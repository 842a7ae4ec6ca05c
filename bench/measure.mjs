// Timing of one function: warmed up by calls, since engines optimize what is called often.

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
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], minimum: times[0], runs: times.length };
}

const cell = (value) =>
  typeof value === 'object'
    ? `${value.median.toFixed(3)} (${value.minimum.toFixed(3)})`
    : String(value);

/** Rows of objects as an aligned text table. */
export function table(rows) {
  const columns = Object.keys(rows[0]);
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
