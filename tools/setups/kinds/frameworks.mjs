// Next, Vitest and Jest.
import { commonJsText, moduleText } from '../program.mjs';

/** Runs a command, and prints the result that it wrote. */
async function written(context, command, options) {
  await context.run(command, options);
  return await context.result(['cat', 'result.json']);
}

const vitest = (environment) =>
  async function (context) {
    context.write('package.json', '{ "private": true, "type": "module" }');
    context.write('use.mjs', moduleText());
    const test = `// @vitest-environment ${environment}
import { test } from 'vitest';
import { readFileSync, writeFileSync } from 'node:fs';
import { use } from './use.mjs';
test('it predicts', async () => {
  const result = await use(readFileSync('model.keras'), {});
  writeFileSync('result.json', JSON.stringify(result));
});`;
    context.write('use.test.mjs', test);
    return await written(context, [context.program('vitest'), 'run']);
  };

/** Jest, for modules or for scripts of CommonJS. There its `require` takes modules from Node 24.9 on. */
const jest = (isModule) =>
  async function (context) {
    context.write(
      'package.json',
      `{ "private": true, "type": "${isModule ? 'module' : 'commonjs'}" }`,
    );
    context.write('use.js', isModule ? moduleText() : commonJsText());
    const importUse = isModule
      ? "import { use } from './use.js';"
      : "const { use } = require('./use.js');";
    const fs = isModule ? "import fs from 'node:fs';" : "const fs = require('node:fs');";
    const test = `${importUse}
${fs}
test('it predicts', async () => {
  const result = await use(fs.readFileSync('model.keras'), {});
  fs.writeFileSync('result.json', JSON.stringify(result));
});`;
    context.write('use.test.js', test);
    const env = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
    const packages = `${context.programs}/node_modules`;
    const node = isModule ? 'node' : `${packages}/node-24/bin/node`;
    return await written(context, [node, `${packages}/jest/bin/jest.js`], { env });
  };

const nextPage = (report) => `'use client';
import { useEffect, useState } from 'react';
import { use } from './use.mjs';
export default function Page() {
  const [text, setText] = useState('');
  useEffect(() => {
    const send = (result) => {
      setText(JSON.stringify(result));
      return fetch('${report}', { method: 'POST', mode: 'no-cors', body: JSON.stringify(result) });
    };
    fetch('/model.keras')
      .then((response) => response.arrayBuffer())
      .then((bytes) => use(bytes, {}))
      .then(send, (error) => send({ error: String(error) }));
  }, []);
  return <p>{text}</p>;
}
`;
const nextLayout = `export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n`;
const nextRoute = `import { readFileSync } from 'node:fs';
import { use } from '../../use.mjs';
export const dynamic = 'force-dynamic';
export async function GET() {
  return Response.json(await use(readFileSync('model.keras'), {}).catch((error) => ({ error: String(error) })));
}
`;

/** Next: the page in Chromium, or a route of its API. */
const next = (bundler, what) =>
  async function (context) {
    const report = await context.report();
    context.write('package.json', '{ "private": true }');
    context.write('app/use.mjs', moduleText());
    context.write('app/layout.jsx', nextLayout);
    context.write('app/page.jsx', nextPage(report.address));
    context.write('app/api/predict/route.js', nextRoute);
    await context.run(['sh', '-c', 'mkdir public && cp model.keras public/']);
    const env = { NEXT_TELEMETRY_DISABLED: '1' };
    const command = [context.program('next')];
    await context.run([...command, 'build', `--${bundler}`], { env });
    const address = await context.server(
      [...command, 'start', '--port', '0', '--hostname', '127.0.0.1'],
      { env },
    );
    if (what === 'api') return await (await fetch(`${address}/api/predict`)).json();
    await context.visit(`${address}/`);
    return await report.result();
  };

export const frameworks = {
  'vitest-node': vitest('node'),
  'vitest-jsdom': vitest('jsdom'),
  'jest-modules': jest(true),
  'jest-require': jest(false),
  'next-turbopack-page': next('turbopack', 'page'),
  'next-turbopack-api': next('turbopack', 'api'),
  'next-webpack-page': next('webpack', 'page'),
  'next-webpack-api': next('webpack', 'api'),
};
