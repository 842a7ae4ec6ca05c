// Pages without a bundler, in three browsers: modules, workers, service workers, a strict policy, another origin.
import { join } from 'node:path';
import { isolation } from '../../lib/file_server.mjs';
import { callEngine, callUse, engineImport, html, moduleText, pageText } from '../program.mjs';

const engine = '/keras-wasm';
const imports = { 'keras-wasm': `${engine}/index.js`, 'keras-wasm/worker': `${engine}/worker.js` };
const importMap = `<script type="importmap">${JSON.stringify({ imports })}</script>`;

/** The package beside the page, as a web server has it. */
const copyPackage = (context) =>
  context.run([
    'sh',
    '-c',
    `cp -r node_modules/keras-wasm/dist ${join(context.folder, 'keras-wasm')}`,
  ]);

/**
 * A page in a browser, with the package beside it. `write` makes its files from the address of the report, and returns
 * the body of the page. `headersOf` may return headers of the server.
 */
const visiting = (browser, write, headersOf) =>
  async function (context) {
    const report = await context.report();
    await copyPackage(context);
    context.write('index.html', html(await write(context, report.address)));
    await context.visit(`${await context.serve('.', headersOf?.(report.address))}/`, browser);
    return await report.result();
  };

/** A page whose module uses the package; with `isElsewhere`, the package of another origin. */
const page = (browser, { options, headers, entry = 'index.js', isElsewhere } = {}) =>
  visiting(
    browser,
    async (context, address) => {
      const elsewhere = {
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
      };
      const base = isElsewhere ? `${await context.serve('.', elsewhere)}/keras-wasm` : engine;
      context.write('use.mjs', moduleText(`${base}/${entry}`));
      context.write('main.mjs', pageText(address, { start: callUse(options) }));
      return '<script type="module" src="main.mjs"></script>';
    },
    headers,
  );

/** A script of the page starts a module that uses the package. */
const startedBy = (browser, script, file, entry) =>
  visiting(browser, (context, address) => {
    context.write('use.mjs', moduleText(`${engine}/${entry}`));
    context.write(file, pageText(address));
    return `<script>${script}</script>`;
  });

/** The same as in a page, in a worker of it. */
const worker = (browser) =>
  startedBy(browser, "new Worker('worker.mjs', { type: 'module' });", 'worker.mjs', 'index.js');

/** A service worker, which may not import dynamically. */
const serviceWorker = (browser) =>
  startedBy(
    browser,
    "navigator.serviceWorker.register('service_worker.mjs', { type: 'module' });",
    'service_worker.mjs',
    'inline.js',
  );

/** createWorkerEngine() in a page, with a hook. */
const workerEngine = (browser, options = {}, headers) =>
  visiting(
    browser,
    (context, address) => {
      const start = callEngine(options);
      context.write('main.mjs', pageText(address, { imports: engineImport, start }));
      return `${importMap}<script type="module" src="main.mjs"></script>`;
    },
    () => headers,
  );

const strict = (report) => ({
  'content-security-policy': `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${report}; img-src data:`,
});

/** The same, where two threads must run. WebKitGTK may have no shared memory: there one thread does the work. */
const withThreads = (browser, setup) =>
  browser === 'webkit' ? setup : async (context) => ({ ...(await setup(context)), threads: 2 });

export const pages = Object.fromEntries(
  ['chromium', 'firefox', 'webkit'].flatMap((browser) => [
    [`${browser}-page`, page(browser)],
    [`${browser}-inline`, page(browser, { entry: 'inline.js' })],
    [`${browser}-csp`, page(browser, { headers: strict })],
    [`${browser}-other-origin`, page(browser, { isElsewhere: true })],
    [
      `${browser}-threads`,
      withThreads(browser, page(browser, { options: { threads: 2 }, headers: () => isolation })),
    ],
    [`${browser}-worker`, worker(browser)],
    [`${browser}-service-worker`, serviceWorker(browser)],
    [`${browser}-engine`, workerEngine(browser)],
    [
      `${browser}-engine-threads`,
      withThreads(browser, workerEngine(browser, { threads: 2 }, isolation)),
    ],
  ]),
);
