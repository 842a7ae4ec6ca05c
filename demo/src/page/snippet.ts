// The edit as a program for Node.

/** How a program opens the model that is open in the page. */
export interface Opened {
  /** File name of the model. */
  readonly model: string;
  /** File names of weights that were opened over it, in order. */
  readonly weights: readonly string[];
  /** Code of the model's own classes; empty without. */
  readonly classes: string;
}

/** Name of the file for the model's own classes, beside the program. */
export const classesFile = 'classes.mjs';

/**
 * A module that opens the model, applies the hook with this value, and saves the clone. The package has a name of its own
 * there: the hook may import the same functions.
 */
export function snippetOf(code: string, opened: Opened, value: number | undefined): string {
  const { model, weights, classes } = opened;
  const call = value === undefined ? 'edit(model)' : `edit(model, ${value})`;
  const target = `${model.replace(/\.\w+$/, '')}_clone.keras`;
  const isJson = model.endsWith('.json');
  return `// npm i keras-wasm, then: node edit.mjs
${isJson ? "import { readFile } from 'node:fs/promises';\n" : ''}import * as kerasWasm from 'keras-wasm';
${code.trim()}

await kerasWasm.initialize();
${classes ? `await import('./${classesFile}');\n` : ''}const model = ${opening(model, isJson)};
${weights.map((name) => `await kerasWasm.loadWeights(model, ${JSON.stringify(name)});\n`).join('')}const clone = ${call};
clone.summary();
await kerasWasm.saveModel(clone, ${JSON.stringify(target)});
`;
}

function opening(model: string, isJson: boolean): string {
  const name = JSON.stringify(model);
  return isJson
    ? `kerasWasm.modelFromJson(await readFile(${name}, 'utf8'))`
    : `await kerasWasm.loadModel(${name})`;
}
