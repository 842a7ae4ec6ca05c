// Places the boxes in a Worker: with dagre, or in simple layers if dagre would take too long. The choice depends on the
// graph alone, so that a model always looks the same.
import { layoutByLayers } from './layered.js';
import { layoutNested } from './nested.js';
import type { Request } from './worker.js';
import { countBoxes, countEdges, type Layout, type LayoutInput } from './types.js';

// dagre takes seconds for 800 boxes and overflows its stack at 3,000.
const mostForDagre = { boxes: 400, edges: 600 };

interface Answer {
  id: number;
  layout?: Layout;
}

let worker: Worker | undefined;
let lastId = 0;

export async function layout(input: LayoutInput): Promise<Layout> {
  const isSmall =
    countBoxes(input) <= mostForDagre.boxes && countEdges(input) <= mostForDagre.edges;
  const placed = await askWorker(input, isSmall ? 'dagre' : 'layers');
  return placed ?? layoutNested(input, layoutByLayers);
}

/** The Worker's answer; null if the Worker failed and was terminated. */
function askWorker(input: LayoutInput, by: Request['by']): Promise<Layout | null> {
  const asked = (worker ??= new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
  }));
  const id = ++lastId;
  const stop = new AbortController();
  return new Promise<Layout | null>((resolve) => {
    const giveUp = () => {
      asked.terminate();
      if (worker === asked) worker = undefined;
      resolve(null);
    };
    const answered = ({ data }: MessageEvent<Answer>) => {
      if (data.id === id) resolve(data.layout ?? null);
    };
    asked.addEventListener('message', answered, { signal: stop.signal });
    asked.addEventListener('error', giveUp, { signal: stop.signal });
    asked.postMessage({ id, input, by } satisfies Request);
  }).finally(() => stop.abort());
}
