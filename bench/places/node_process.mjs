// The process of one contender in Node. Listens to its parent; with a job as argument, does startOnce() and ends.
import { mkdirSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { methods, startOnce } from '../actor.mjs';
import { threads } from '../contenders.mjs';
import { inPackages, versionOf } from '../packages.mjs';
import { canRelax } from '../peak.mjs';
import { largestSize, resetLargestSize } from './resident_size.mjs';

function resourcesOf({ contender, workload }) {
  return {
    threads,
    package: contender?.dist && pathToFileURL(contender.dist).href,
    packageFolder: (path) =>
      contender.id === 'litert threads' ? litertThreadsFolder() : inPackages(path),
    locate: (name) => join(workload.folder, name),
    read: async (name) => new Uint8Array(await readFile(join(workload.folder, name))),
    prepareLiteRt,
    resetLargestSize: () => resetLargestSize(process.pid),
    largestSize: () => largestSize(process.pid),
    memory() {
      globalThis.gc();
      const { heapUsed, external } = process.memoryUsage(); // external: WASM memory, too
      return heapUsed + external;
    },
  };
}

// LiteRT.js is made for browsers: it loads its script, which is not a module, with importScripts().
function prepareLiteRt() {
  globalThis.self = globalThis;
  globalThis.importScripts = (path) => {
    Object.assign(globalThis, {
      require: createRequire(path),
      __filename: path,
      __dirname: dirname(path),
    });
    runInThisContext(readFileSync(path, 'utf8'), { filename: path });
  };
}

// Its workers run the same script, which Node takes for a module where it is, in a package of type "module".
function litertThreadsFolder() {
  const folder = join(tmpdir(), `keras-wasm-bench-litert-${versionOf('@litertjs/core')}`);
  mkdirSync(folder, { recursive: true });
  for (const ending of ['js', 'wasm']) {
    const name = `litert_wasm_threaded_internal.${ending}`;
    if (!existsSync(join(folder, name)))
      copyFileSync(inPackages('@litertjs/core/wasm', name), join(folder, name));
  }
  return `${folder}/`;
}

const job = process.argv[2];
if (job === '--relaxed') {
  console.log(canRelax());
} else if (job) {
  const parsed = JSON.parse(job);
  const result = await startOnce(parsed, resourcesOf(parsed));
  result.memory = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`\nRESULT ${JSON.stringify(result)}\n`, () => process.exit());
} else {
  process.on('message', async ({ method, parameters }) => {
    try {
      process.send({ result: await methods[method](parameters, resourcesOf(parameters)) });
    } catch (error) {
      process.send({ error: String(error?.stack ?? error) });
    }
  });
  process.on('disconnect', () => process.exit());
}
