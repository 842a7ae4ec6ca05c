// Pages without a bundler, in three browsers: modules, workers, service workers, a strict policy, another origin.
import { join } from 'node:path';
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

/** A page whose module uses the package. `where` is where that is served. */
const page = (browser, { options, headers, entry, isElsewhere } = {}) =>
  async function (context) {
    const report = await context.report();
    await copyPackage(context);
    const elsewhere = {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    };
    const base = isElsewhere ? `${await context.serve('.', elsewhere)}/keras-wasm` : engine;
    context.write('use.mjs', moduleText(entry ? `${base}/${entry}` : `${base}/index.js`));
    context.write('main.mjs', pageText(report.address, { start: callUse(options) }));
    context.write('index.html', html('<script type="module" src="main.mjs"></script>'));
    const policy = headers?.(report.address);
    await context.visit(`${await context.serve('.', policy)}/`, browser);
    return await report.result();
  };

/** The same in a worker of the page. */
const worker = (browser) =>
  async function (context) {
    const report = await context.report();
    await copyPackage(context);
    context.write('use.mjs', moduleText(`${engine}/index.js`));
    context.write('worker.mjs', pageText(report.address));
    const script = "new Worker('worker.mjs', { type: 'module' });";
    context.write('index.html', html(`<script>${script}</script>`));
    await context.visit(`${await context.serve()}/`, browser);
    return await report.result();
  };

/** A service worker, which may not import dynamically. */
const serviceWorker = (browser) =>
  async function (context) {
    const report = await context.report();
    await copyPackage(context);
    context.write('use.mjs', moduleText(`${engine}/inline.js`));
    context.write('service_worker.mjs', pageText(report.address));
    const script = "navigator.serviceWorker.register('service_worker.mjs', { type: 'module' });";
    context.write('index.html', html(`<script>${script}</script>`));
    await context.visit(`${await context.serve()}/`, browser);
    return await report.result();
  };

/** createWorkerEngine() in a page, with a hook. */
const workerEngine = (browser, options = {}, headers) =>
  async function (context) {
    const report = await context.report();
    await copyPackage(context);
    const start = callEngine(options);
    context.write('main.mjs', pageText(report.address, { imports: engineImport, start }));
    context.write('index.html', html(`${importMap}<script type="module" src="main.mjs"></script>`));
    await context.visit(`${await context.serve('.', headers)}/`, browser);
    return await report.result();
  };

const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
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
      withThreads(browser, page(browser, { options: { threads: 2 }, headers: () => isolated })),
    ],
    [`${browser}-worker`, worker(browser)],
    [`${browser}-service-worker`, serviceWorker(browser)],
    [`${browser}-engine`, workerEngine(browser)],
    [
      `${browser}-engine-threads`,
      withThreads(browser, workerEngine(browser, { threads: 2 }, isolated)),
    ],
  ]),
);
