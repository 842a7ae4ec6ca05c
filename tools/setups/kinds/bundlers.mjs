// Pages made by bundlers without configuration, in Chromium.
import { callEngine, engineImport, html, moduleText, pageText } from '../program.mjs';

/** The page's sources. Its script is `src/main.mjs`, and `public` is served as it is. */
async function sources(context, { script = '/src/main.mjs', ...page } = {}) {
  const report = await context.report();
  context.write('package.json', '{ "private": true, "type": "module" }');
  context.write('index.html', html(`<script type="module" src="${script}"></script>`));
  context.write('src/use.mjs', moduleText());
  context.write('src/main.mjs', pageText(report.address, page));
  return report;
}

const copyModel = 'cp model.keras dist/';
const copyEngine = 'cp node_modules/keras-wasm/dist/keras*.wasm dist/';

async function seen(context, report, address) {
  await context.visit(`${address}/`);
  return await report.result();
}

const vite = (name) => ({
  async build(context) {
    const report = await sources(context);
    await context.run(['node', name(context), 'build', '--logLevel', 'error']);
    await context.run(['sh', '-c', copyModel]);
    return await seen(context, report, await context.serve('dist'));
  },
  async dev(context) {
    const report = await sources(context);
    const address = await context.server([
      'node',
      name(context),
      '--host',
      '127.0.0.1',
      '--port',
      '0',
    ]);
    return await seen(context, report, address);
  },
  async worker(context) {
    const report = await sources(context, { imports: engineImport, start: callEngine() });
    await context.run(['node', name(context), 'build', '--logLevel', 'error']);
    await context.run(['sh', '-c', copyModel]);
    return await seen(context, report, await context.serve('dist'));
  },
});

const viteOf = (package_) => (context) =>
  `${context.programs}/node_modules/${package_}/bin/vite.js`;
const [vite7, vite8] = [vite(viteOf('vite-7')), vite(viteOf('vite'))];

/** A bundler that is run by a command and writes `dist/main.js`; `copies` says whether it copies the engine itself. */
const bundled = (command, { copies = true } = {}) =>
  async function (context) {
    const report = await sources(context, { script: './main.js' });
    await context.run(command(context));
    await context.run([
      'sh',
      '-c',
      `cp index.html dist/ && ${copyModel}${copies ? '' : ` && ${copyEngine}`}`,
    ]);
    return await seen(context, report, await context.serve('dist'));
  };

export const bundlers = {
  'vite-7-build': vite7.build,
  'vite-7-dev': vite7.dev,
  'vite-7-worker': vite7.worker,
  'vite-8-build': vite8.build,
  'vite-8-dev': vite8.dev,
  'vite-8-worker': vite8.worker,
  async webpack(context) {
    const report = await sources(context, { script: './main.js' });
    const code = `import webpack from '${context.programs}/node_modules/webpack/lib/index.js';
      webpack({ mode: 'production', entry: './src/main.mjs' }, (error, stats) => {
        if (error ?? stats.hasErrors()) { console.error(String(error ?? stats)); process.exit(1); }
      });`;
    context.write('build.mjs', code);
    await context.run(['node', 'build.mjs']);
    await context.run(['sh', '-c', `cp index.html dist/ && ${copyModel}`]);
    return await seen(context, report, await context.serve('dist'));
  },
  esbuild: bundled(
    (context) => [
      context.program('esbuild'),
      'src/main.mjs',
      '--bundle',
      '--format=esm',
      '--outfile=dist/main.js',
    ],
    { copies: false },
  ),
  rollup: bundled(
    (context) => [
      context.program('rollup'),
      'src/main.mjs',
      ...['--plugin', `${context.programs}/node_modules/@rollup/plugin-node-resolve`],
      ...['--format', 'es', '--dir', 'dist', '--entryFileNames', '[name].js', '--silent'],
    ],
    { copies: false },
  ),
  async parcel(context) {
    const report = await sources(context, { script: './src/main.mjs' });
    await context.run([
      context.program('parcel'),
      'build',
      'index.html',
      '--no-cache',
      '--log-level',
      'error',
    ]);
    await context.run(['sh', '-c', copyModel]);
    return await seen(context, report, await context.serve('dist'));
  },
};
