// Lays out graphs in a Worker, so that the page stays responsive and can stop waiting.
import { layoutByDagre } from './dagre.js';
import { layoutByLayers } from './layered.js';
import { layoutNested } from './nested.js';
import type { LayoutInput } from './types.js';

export interface Request {
  id: number;
  input: LayoutInput;
  by: 'dagre' | 'layers';
}

const levels = { dagre: layoutByDagre, layers: layoutByLayers };

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  try {
    postMessage({ id: data.id, layout: layoutNested(data.input, levels[data.by]) });
  } catch (error) {
    postMessage({ id: data.id, error: String(error) });
  }
});
