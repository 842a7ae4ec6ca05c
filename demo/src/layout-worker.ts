// Runs dagre in a Worker, so that the page stays responsive and can stop waiting.
import { layoutByDagre } from './layout-dagre.js';
import { layoutNested } from './layout-nested.js';
import type { LayoutInput } from './layout-types.js';

export interface Request {
  id: number;
  input: LayoutInput;
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  try {
    postMessage({ id: data.id, layout: layoutNested(data.input, layoutByDagre) });
  } catch (error) {
    postMessage({ id: data.id, error: String(error) });
  }
});
