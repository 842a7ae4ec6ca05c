// The graph of a file from its config alone, before the engine reads the weights.
import { Unzip, UnzipInflate, strFromU8 } from 'fflate';
import type { Graph } from '../../types.js';
import { describeGraph } from './describe-graph.js';

// Keras writes the config before the weights; a config beyond this is not previewed.
const searched = 2 ** 22;

interface Saved {
  class_name: string;
  config: Readonly<Record<string, unknown>>;
}

/** A graph without parameters; null when the file does not start with a Keras config. */
export async function previewGraph(file: Blob): Promise<Graph | null> {
  try {
    const head = new Uint8Array(await file.slice(0, searched).arrayBuffer());
    const text = head[0] === 0x50 ? configInZip(head) : strFromU8(head);
    const { class_name: className, config } = JSON.parse(text) as Saved;
    const graph = describeGraph(className, config, () => ({ parameters: 0, shapes: [] }));
    return graph.nodes.length > 0 ? graph : null;
  } catch {
    return null; // opening the file will say what is wrong with it
  }
}

function configInZip(head: Uint8Array): string {
  let text = '';
  const unzip = new Unzip((file) => {
    if (file.name !== 'config.json') return;
    file.ondata = (error, chunk) => {
      if (!error) text += strFromU8(chunk);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.push(head);
  return text;
}
