// The edit as a program for Node.

/** A module that opens the model, applies the hook with this value, and saves the clone. */
export function snippetOf(code: string, model: string, value: number | undefined): string {
  const call = value === undefined ? 'edit(model)' : `edit(model, ${value})`;
  const target = `${model.replace(/\.\w+$/, '')}_clone.keras`;
  return `// npm i keras-wasm, then: node edit.mjs
import { initialize, loadModel, saveModel } from 'keras-wasm';
${code.trim()}

await initialize();
const model = await loadModel(${JSON.stringify(model)});
const clone = ${call};
clone.summary();
await saveModel(clone, ${JSON.stringify(target)});
`;
}
