// Tables as text: aligned for a terminal, or with bars for Markdown.

/** Rows of strings, the first of them the head. Columns but the first are aligned to the right. */
export function textTable(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = rows[0].map((_, i) => (i ? '---:' : '---'));
  return [rows[0], rule, ...rows.slice(1)].map(line).join('\n');
}

/** Three significant digits, no exponent. */
export function digits(value) {
  if (value === undefined || value === null) return '-';
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(value >= 1 ? 2 : value >= 0.1 ? 3 : 4);
}

export const ratioText = (ratio) => (ratio === undefined ? '-' : `${ratio.toFixed(2)}x`);

export const percent = (part) => (part === undefined ? '-' : `${Math.round(100 * part)} %`);

export const megabytes = (bytes) => (bytes === undefined ? '-' : (bytes / 1e6).toFixed(0));

/** Megabytes with one more digit, for differences. */
export const tenths = (bytes) => (bytes / 1e6).toFixed(1);

export const kilobytes = (bytes) => (bytes / 1e3).toFixed(0);

/** A relative difference: its magnitude is what matters. */
export const errorText = (difference) => (difference === 0 ? '0' : difference.toExponential(0));
