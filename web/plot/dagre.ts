// dagre, with types of what is used of it: its own need a bundler's resolution of modules.
import * as dagre from '@dagrejs/dagre';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A graph to lay out: sizes of boxes go in, centers and the points of edges come out. */
export interface Drawing {
  setGraph(options: Readonly<Record<string, string | number>>): void;
  setNode(id: string, size: Size | object): void;
  setParent(id: string, parent: string): void;
  setEdge(from: string, to: string, label: object): void;
  graph(): Partial<Size>;
  node(id: string): Size & Point;
  edge(from: string, to: string): { readonly points: readonly Point[] };
}

interface Dagre {
  Graph: new (options: { compound: boolean }) => Drawing;
  layout: (drawing: Drawing) => void;
}

export const { Graph, layout: runDagre } = dagre as unknown as Dagre;
