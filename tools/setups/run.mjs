// npm run test:setups: the packed package in the setups that people have, each in a folder outside the repository.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../build.mjs';
import { readArguments } from '../lib/arguments.mjs';
import { npm } from '../lib/packages.mjs';
import { announce, main, StepError } from '../lib/process.mjs';
import { Context } from './context.mjs';
import { bundlers } from './kinds/bundlers.mjs';
import { frameworks } from './kinds/frameworks.mjs';
import { pages } from './kinds/pages.mjs';
import { runtimes } from './kinds/runtimes.mjs';
import { ensurePrograms } from './packages.mjs';
import { wrongIn } from './program.mjs';

/** Functions of a Context that return the result of the program. */
const setups = { ...runtimes, ...bundlers, ...frameworks, ...pages };

await main(async () => {
  const usage =
    'Usage: npm run test:setups [-- --only vite,firefox] [--no-build] (beginnings of names)';
  const { values } = readArguments(usage, {
    only: { type: 'string' },
    'no-build': { type: 'boolean' },
  });
  const beginnings = values.only?.split(',') ?? [''];
  const chosen = Object.keys(setups).filter((name) =>
    beginnings.some((each) => name.startsWith(each)),
  );
  if (chosen.length === 0) throw new StepError(`${usage}\n${Object.keys(setups).join(' ')}`);
  if (!values['no-build']) await build();
  const programs = await ensurePrograms();
  // Inside the folder of the programs, which the setups' modules find by going up, as in a workspace.
  const folder = mkdtempSync(join(programs, 'work-'));
  const opened = {};
  const failed = [];
  try {
    const installed = await installPackage(join(folder, 'installed'));
    for (const name of chosen) {
      const started = Date.now();
      const place = { folder: join(folder, name), installed, programs, opened };
      const wrong = await problemOf(name, place);
      const seconds = Math.round((Date.now() - started) / 1000);
      console.log(
        `${wrong ? 'FAILED' : 'passed'} ${name} (${seconds} s)${wrong ? `: ${wrong}` : ''}`,
      );
      if (wrong) failed.push(name);
    }
  } finally {
    for (const browser of Object.values(opened)) await (await browser.catch(() => null))?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  announce(`${chosen.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length) throw new StepError(`FAILED: ${failed.join(', ')}`);
});

/** Packs the package and installs it in a folder. Returns its `node_modules`, which each setup gets a copy of. */
async function installPackage(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npm(['pack', '--silent', '--pack-destination', folder], { stdio: 'ignore' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  await npm(['install', ...options, `./${tarball}`], { cwd: folder });
  return join(folder, 'node_modules');
}

async function problemOf(name, { folder, installed, programs, opened }) {
  mkdirSync(folder);
  cpSync(installed, join(folder, 'node_modules'), { recursive: true });
  const context = new Context(folder, programs, opened);
  try {
    return wrongIn(await setups[name](context));
  } catch (error) {
    return error instanceof StepError ? error.message : error.stack;
  } finally {
    context.close();
  }
}
