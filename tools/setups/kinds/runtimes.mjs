// Node, Bun and Deno without a bundler.
import { commonJsText, moduleText, nodeText } from '../program.mjs';

/** Runs the program as a module and as a script of CommonJS. */
const inRuntime = (command, { isModule, options }) =>
  async function (context) {
    context.write('package.json', '{ "private": true }');
    context.write('use.mjs', moduleText());
    context.write('use.cjs', commonJsText());
    const name = `main.${isModule ? 'mjs' : 'cjs'}`;
    context.write(name, nodeText({ isModule, options }));
    const result = await context.result([...command(context), name]);
    return { ...result, threads: options?.threads };
  };

const node = (version) => (context) => [
  `${context.programs}/node_modules/node-${version}/bin/node`,
];
const bun = (context) => [context.program('bun'), 'run'];
const deno = (context) => [context.program('deno'), 'run', '--allow-all', '--quiet'];

export const runtimes = {
  'node-20': inRuntime(node(20), { isModule: true }),
  'node-20-require': inRuntime(node(20), { isModule: false }),
  'node-22': inRuntime(node(22), { isModule: true }),
  'node-22-require': inRuntime(node(22), { isModule: false }),
  'node-24': inRuntime(node(24), { isModule: true }),
  'node-24-require': inRuntime(node(24), { isModule: false }),
  'node-24-threads': inRuntime(node(24), { isModule: true, options: { threads: 2 } }),
  bun: inRuntime(bun, { isModule: true }),
  'bun-require': inRuntime(bun, { isModule: false }),
  deno: inRuntime(deno, { isModule: true }),
};
