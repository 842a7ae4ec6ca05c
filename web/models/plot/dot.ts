// The DOT language of Graphviz, with the labels of keras/src/utils/model_visualization.py.
import type { DrawOptions, PlotBox, PlotCell, PlotGraph } from '../../plot/plot_graph.js';

/** The text of a DOT file. Names are escaped, other than in Keras. */
export function dotOf(graph: PlotGraph, { rankdir, splines, dpi }: DrawOptions): string {
  return [
    'digraph G {',
    `rankdir=${rankdir};`,
    'concentrate=true;',
    `dpi=${dpi};`,
    `splines=${splines};`,
    'node [shape=record];',
    ...linesOf(graph),
    '}\n',
  ].join('\n');
}

function linesOf({ boxes, clusters, edges }: PlotGraph): string[] {
  return [
    ...boxes.map(
      (box) => `${quoted(box.id)} [label=${labelOf(box)}, fontname=Helvetica, border=0, margin=0];`,
    ),
    ...clusters.flatMap((cluster) => [
      `subgraph ${quoted(`cluster_${cluster.id}`)} {`,
      'style=dashed;',
      `label=${quoted(cluster.name)};`,
      'labeljust=l;',
      ...linesOf(cluster),
      '}',
    ]),
    ...edges.map(([from, to]) => `${quoted(from)} -> ${quoted(to)} [penwidth=2];`),
  ];
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const escaped = (text: string): string => text.replace(/[&<>]/g, (each) => entities[each]!);

function labelOf({ title: { name, className }, activation, cells, columns }: PlotBox): string {
  const shown = name === undefined ? bold(className) : `${bold(name)} (${escaped(className)})`;
  const rows = [
    `<td colspan="${columns}" bgcolor="black"><font point-size="16" color="white">${shown}</font></td>`,
  ];
  if (activation !== undefined)
    rows.push(
      `<td bgcolor="white" colspan="${columns}"><font point-size="14">Activation: ${bold(activation)}</font></td>`,
    );
  if (cells.length > 0) rows.push(cells.map(cellOf).join(''));
  const body = rows.map((row) => `<tr>${row}</tr>`).join('');
  return `<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">${body}</table>>`;
}

const bold = (text: string): string => `<b>${escaped(text)}</b>`;

const cellOf = ({ text, bold: value, fill }: PlotCell): string =>
  fill === undefined
    ? `<td bgcolor="white"><font point-size="14">${escaped(text)}${bold(value)}</font></td>`
    : `<td bgcolor="${fill}"><font point-size="14" color="white">${bold(value)}</font></td>`;
