// Plots as SVG: both axes logarithmic, so that the slope of a line is the exponent of its growth.

const [width, height] = [460, 300];
const margin = { left: 62, right: 16, top: 34, bottom: 44 };
const colors = ['#0b6', '#c50', '#36c'];

/** Powers of ten that include the values: [first, last] exponents. */
function decades(values) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return [first, Math.max(last, first + 1)];
}

const escaped = (text) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value) => Number(value.toFixed(1));

/**
 * @param lines [{ name, points: [{ size, cost }] }], in the order of the legend
 * @returns the text of an SVG file
 */
export function plot({ title, xTitle, yTitle, lines }) {
  const points = lines.flatMap((line) => line.points);
  const [left, right] = decades(points.map(({ size }) => size));
  const [bottom, top] = decades(points.map(({ cost }) => cost));
  const inner = {
    width: width - margin.left - margin.right,
    height: height - margin.top - margin.bottom,
  };
  const x = (size) => margin.left + (inner.width * (Math.log10(size) - left)) / (right - left);
  const y = (cost) =>
    margin.top + inner.height * (1 - (Math.log10(cost) - bottom) / (top - bottom));
  const parts = [
    `<text x="${width / 2}" y="18" text-anchor="middle" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${width / 2}" y="${height - 8}" text-anchor="middle">${escaped(xTitle)}</text>`,
    `<text transform="translate(14 ${height / 2}) rotate(-90)" text-anchor="middle">${escaped(yTitle)}</text>`,
  ];
  const tick = (exponent) => (Math.abs(exponent) < 6 ? String(10 ** exponent) : `1e${exponent}`);
  for (let e = left; e <= right; ++e)
    parts.push(
      grid(x(10 ** e), margin.top, x(10 ** e), height - margin.bottom),
      `<text x="${round(x(10 ** e))}" y="${height - margin.bottom + 15}" text-anchor="middle">${tick(e)}</text>`,
    );
  for (let e = bottom; e <= top; ++e)
    parts.push(
      grid(margin.left, y(10 ** e), width - margin.right, y(10 ** e)),
      `<text x="${margin.left - 6}" y="${round(y(10 ** e) + 4)}" text-anchor="end">${Number(tick(e)) < 1 ? (10 ** e).toFixed(-e) : tick(e)}</text>`,
    );
  lines.forEach(({ name, points: own }, i) => {
    const color = colors[i % colors.length];
    const path = own.map(({ size, cost }) => `${round(x(size))},${round(y(cost))}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`);
    for (const { size, cost } of own)
      parts.push(`<circle cx="${round(x(size))}" cy="${round(y(cost))}" r="3" fill="${color}"/>`);
    const at = margin.top + 14 + 16 * i;
    parts.push(
      `<text x="${margin.left + 10}" y="${at}" fill="${color}" font-weight="bold">${escaped(name)}</text>`,
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

const grid = (x1, y1, x2, y2) =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#ddd"/>`;
