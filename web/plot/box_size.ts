// The rows of a box and their sizes, as Graphviz draws Keras's labels.
import type { PlotBox } from './plot_graph.js';
import { textWidth } from './text_width.js';

const padding = 10;
const rowHeight = 36;

/** A run of text in one font. */
export interface Run {
  readonly text: string;
  readonly isBold: boolean;
}

/** A rectangle of a row; widths are in points. */
export interface Cell {
  readonly runs: readonly Run[];
  readonly fontSize: number;
  readonly fill: string;
  readonly color: string;
  readonly width: number;
}

export interface SizedBox {
  readonly box: PlotBox;
  readonly rows: readonly (readonly Cell[])[];
  readonly rowHeight: number;
  readonly width: number;
  readonly height: number;
}

/** The box with the sizes of its cells, each row as wide as the widest one. */
export function sizedBox(box: PlotBox): SizedBox {
  const { name, className } = box.title;
  const title = name === undefined ? [bold(className)] : [bold(name), plain(` (${className})`)];
  const rows = [[cell(title, { fontSize: 16, fill: 'black', color: 'white' })]];
  if (box.activation !== undefined)
    rows.push([cell([plain('Activation: '), bold(box.activation)])]);
  if (box.cells.length > 0)
    rows.push(
      box.cells.map(({ text, bold: value, fill = 'white' }) =>
        cell([plain(text), bold(value)], { fill, color: fill === 'white' ? 'black' : 'white' }),
      ),
    );
  const width = Math.max(...rows.map(widthOf));
  return {
    box,
    rows: rows.map((row) => stretched(row, width)),
    rowHeight,
    width,
    height: rows.length * rowHeight,
  };
}

const bold = (text: string): Run => ({ text, isBold: true });
const plain = (text: string): Run => ({ text, isBold: false });

function cell(runs: readonly Run[], { fontSize = 14, fill = 'white', color = 'black' } = {}): Cell {
  const known = runs.filter(({ text }) => text !== '');
  const text = known.reduce((sum, run) => sum + textWidth(run.text, fontSize, run.isBold), 0);
  return { runs: known, fontSize, fill, color, width: text + 2 * padding };
}

const widthOf = (row: readonly Cell[]) => row.reduce((sum, { width }) => sum + width, 0);

function stretched(row: readonly Cell[], width: number): Cell[] {
  const more = (width - widthOf(row)) / row.length;
  return row.map((each) => ({ ...each, width: each.width + more }));
}
