// The graph that a plot shows: boxes with rows of text, edges between them, and clusters of boxes.

/** A cell below the title of a box: what it tells, in bold the value, and a colour when that is the message. */
export interface PlotCell {
  readonly text: string;
  readonly bold: string;
  readonly fill?: 'forestgreen' | 'firebrick';
}

export interface PlotBox {
  readonly id: string;
  /** The name of the layer, if it is shown, and of its class. */
  readonly title: { readonly name: string | undefined; readonly className: string };
  /** Name of the activation function; undefined when it is not shown. */
  readonly activation: string | undefined;
  readonly cells: readonly PlotCell[];
  /** The most cells that a box of the plot may have. */
  readonly columns: number;
}

/** Edges lead from the id of a box to the id of another, also into and out of clusters. */
export interface PlotGraph {
  readonly boxes: readonly PlotBox[];
  readonly edges: readonly (readonly [from: string, to: string])[];
  readonly clusters: readonly PlotCluster[];
}

/** A nested model. */
export interface PlotCluster extends PlotGraph {
  readonly id: string;
  readonly name: string;
}

/** `TB` draws from top to bottom, `LR` from left to right, `BT` and `RL` the other way round. */
export type RankDirection = 'TB' | 'LR' | 'BT' | 'RL';

/** How edges are drawn. */
export type Splines = 'ortho' | 'curved' | 'polyline' | 'spline' | 'line';

export interface DrawOptions {
  readonly rankdir: RankDirection;
  readonly splines: Splines;
  /** Pixels per inch of the drawing's width and height. */
  readonly dpi: number;
}
