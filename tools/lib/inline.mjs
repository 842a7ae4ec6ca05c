// The plugin of the bundler for keras-wasm/inline: the engine as text, and no import of another file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { checkout } from './paths.mjs';

const own = (name) => join(checkout, 'web/inline', name);

/** `engine` is the path of the .wasm, `glue` of the module that belongs to it. */
export function inlineEngine({ engine, glue }) {
  return {
    name: 'inline-engine',
    resolveId(id, importer) {
      if (/\/(keras-threads\.mjs|platform\/workers\.js)$/.test(id)) return own('threads.ts');
      if (/\/keras\.mjs$/.test(id)) return glue;
      if (/\/platform\/node\.js$|^\.\/node\.js$/.test(id) && importer?.includes('/web/runtime/'))
        return own('node.ts');
      return null;
    },
    load(id) {
      if (id !== own('embedded.ts')) return null;
      const bytes = readFileSync(engine);
      const text = deflateRawSync(bytes, { level: 9 }).toString('base64');
      return `export const deflated = '${text}'; export const size = ${bytes.length};`;
    },
  };
}
