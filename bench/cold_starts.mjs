// From nothing to the first result of a small model in Node, Bun, Deno and workerd: a new process each time.
//
// `node bench/cold_starts.mjs [--quick]` prints the table; other programs call measureColdStarts().
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkout } from '../tools/lib/paths.mjs';
import { StepError } from '../tools/lib/process.mjs';
import { ensurePrograms } from '../tools/setups/packages.mjs';
import { table } from './measure.mjs';

const dist = join(checkout, 'dist');
const model = join(checkout, 'demo/models/digits.keras');
const predict = 'model.predict(new Float32Array(64)).array().length';

const empty = 'console.log(1);\n';
const program = `import { readFileSync } from 'node:fs';
import { initialize, loadModel } from ${JSON.stringify(pathToFileURL(join(dist, 'index.js')).href)};
await initialize();
const model = await loadModel(readFileSync(${JSON.stringify(model)}));
console.log(${predict});
`;

const handler = (body) => `export default { async fetch(request) { ${body} } };`;
const workerdEmpty = handler("return new Response('1');");
const workerdProgram = `import { initialize, loadModel } from './workerd.js';
${handler(`await initialize();
const model = await loadModel(await request.arrayBuffer());
return new Response(String(${predict}));`)}`;

/**
 * Milliseconds until a process has ended, of the fastest of several: rows of `{ runtime, empty, total, start }`. `empty` is a program
 * that does nothing, `total` one that initializes the package, opens a model and predicts, `start` the difference.
 */
export async function measureColdStarts({ quick = false } = {}) {
  const repeats = quick ? 3 : 20;
  const rows = [];
  const add = (runtime, both) => rows.push({ runtime, ...both, start: both.total - both.empty });
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-starts-'));
  try {
    writeFileSync(join(folder, 'empty.mjs'), empty);
    writeFileSync(join(folder, 'program.mjs'), program);
    for (const [runtime, command] of Object.entries(await runtimes())) {
      const time = (name) => timeOf([...command, join(folder, name)]);
      add(runtime, await smallest(repeats, { empty: () => time('empty.mjs'), total: () => time('program.mjs') })); // prettier-ignore
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { version } = JSON.parse(readFileSync(join(checkout, 'node_modules/workerd/package.json'), 'utf8')); // prettier-ignore
  const time = (script) => timeOfWorkerd(script);
  add(`workerd ${version}`, await smallest(repeats, { empty: () => time(workerdEmpty), total: () => time(workerdProgram) })); // prettier-ignore
  return { rows };
}

/** Commands by the name and version of the runtime. */
async function runtimes() {
  const programs = join(await ensurePrograms(), 'node_modules');
  const node = (version) => [join(programs, `node-${version}/bin/node`)];
  const bun = join(programs, '.bin/bun');
  const deno = join(programs, '.bin/deno');
  const all = [node(20), node(22), node(24), [bun], [deno, 'run', '--allow-all', '--quiet']];
  return Object.fromEntries(
    all.map(([executable, ...args]) => {
      const output = spawnSync(executable, ['--version'], { encoding: 'utf8' }).stdout;
      const name = executable === bun ? 'Bun' : executable === deno ? 'Deno' : 'Node';
      return [`${name} ${/\d[\d.]+/.exec(output)[0]}`, [executable, ...args]];
    }),
  );
}

/** The smallest times of several functions, which take turns. */
async function smallest(repeats, works) {
  const least = Object.fromEntries(Object.keys(works).map((name) => [name, Infinity]));
  for (let i = 0; i < repeats; ++i)
    for (const [name, work] of Object.entries(works))
      least[name] = Math.min(least[name], await work());
  return least;
}

function timeOf([executable, ...args]) {
  const before = performance.now();
  const { status, stderr } = spawnSync(executable, args, { encoding: 'utf8' });
  if (status !== 0) throw new StepError(`${executable}: ${stderr}`);
  return performance.now() - before;
}

/** From the start of workerd to the answer of the first request. */
async function timeOfWorkerd(script) {
  const { Miniflare } = await import('miniflare');
  const file = (type) => (name) => {
    const contents = readFileSync(join(dist, name));
    return { type, path: `/app/${name}`, contents };
  };
  const modules = [
    { type: 'ESModule', path: '/app/main.js', contents: script },
    ...['workerd.js', 'index.js', 'keras.mjs', 'keras-plot.mjs'].map(file('ESModule')),
    ...['keras.wasm', 'keras-rest.wasm'].map(file('CompiledWasm')),
  ];
  const options = { modules, modulesRoot: '/app', compatibilityDate: '2026-01-01' };
  const body = readFileSync(model);
  const before = performance.now();
  const workers = new Miniflare(options);
  try {
    const response = await workers.dispatchFetch('http://localhost/', { method: 'POST', body });
    if (!response.ok) throw new StepError(`workerd: ${await response.text()}`);
    await response.text();
    return performance.now() - before;
  } finally {
    await workers.dispose();
  }
}

/** The rows as a text table. */
export function coldStartsTable(rows) {
  return table(
    rows.map(({ runtime, empty: nothing, total, start }) => ({
      runtime,
      'empty ms': nothing.toFixed(0),
      'first result ms': total.toFixed(0),
      'of it the package': start.toFixed(0),
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--quick'))
    throw new Error('Usage: node bench/cold_starts.mjs [--quick]');
  const { rows } = await measureColdStarts({ quick: flags.includes('--quick') });
  console.log(coldStartsTable(rows));
}
