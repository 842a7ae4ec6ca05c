// npm test: builds, then runs the tests. Ends with the closing lines of each runner; a part that does not run, runs no
// tests, or skips one is a failure. `-- --only native,node` runs some parts, `-- --filter 'Clone*'` some GoogleTests,
// `-- --only node js-tests/models/cloning/keras_clones.test.mjs` some files; `-- --no-build` takes dist/ as it is.
// GoogleTests run once under the sanitizers; `--only native`, the same tests without them, is a part of npm run test:all.
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { build } from './build.mjs';
import { buildSite } from './demo.mjs';
import { readArguments } from './lib/arguments.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { filesBelow } from './lib/files.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, runAndRead, StepError } from './lib/process.mjs';
import { findToolchain } from './toolchain/find.mjs';

/** The parts, in order. Each returns the closing lines of its runner, or throws. */
const parts = {
  native: (toolchain) => nativeTests(toolchain, 'native'),
  sanitized: (toolchain) => nativeTests(toolchain, 'asan'),
  wasm: wasmTests,
  node: () =>
    nodeTests((path) => !path.includes('/browser/'), { processes: availableParallelism() }),
  browser: async () => {
    const CHROMIUM_PATH = await ensureChromium();
    await buildSite();
    return nodeTests((path) => path.includes('/browser/'), { env: { CHROMIUM_PATH } });
  },
};

const usualParts = Object.keys(parts).filter((part) => part !== 'native');

const usage =
  `Usage: npm test [-- --only ${Object.keys(parts).join(',')}] [--filter pattern of GoogleTests]` +
  ' [--no-build] [files of js-tests]';
const options = {
  only: { type: 'string' },
  filter: { type: 'string' },
  'no-build': { type: 'boolean' },
};
let values, positionals;

await main(async () => {
  ({ values, positionals } = readArguments(usage, options, { allowPositionals: true }));
  const chosen = chosenParts();
  const toolchain = await prepare(chosen);
  const results = [];
  for (const part of chosen) {
    announce(`Tests: ${part}`);
    const started = Date.now();
    const result = await parts[part](toolchain).then(
      (lines) => ({ lines }),
      (error) => ({ failed: true, lines: [error.message] }),
    );
    results.push({ part, seconds: Math.round((Date.now() - started) / 1000), ...result });
  }
  for (const { part, seconds, failed, lines } of results) {
    announce(`${part}: ${failed ? 'FAILED' : 'passed'} (${seconds} s)`);
    console.log(lines.join('\n'));
  }
  const left = usualParts.filter((part) => !chosen.includes(part));
  if (left.length) console.log(`\nNot run: ${left.join(', ')}`);
  const failures = results.filter(({ failed }) => failed).map(({ part }) => part);
  if (failures.length) throw new StepError(`FAILED: ${failures.join(', ')}`);
  console.log(`\nAll passed: ${chosen.join(', ')}`);
});

// Returns the toolchain, if a part needs it. Tests of the core do not need the package.
async function prepare(chosen) {
  const isOfPackage = (part) => part === 'node' || part === 'browser';
  if (values['no-build']) {
    await ensurePackages();
    return chosen.every(isOfPackage) ? undefined : await findToolchain();
  }
  return chosen.some(isOfPackage) ? await build() : await findToolchain();
}

function chosenParts() {
  const { only } = values;
  if (only === undefined) return usualParts;
  const chosen = only.split(',');
  const unknown = chosen.filter((part) => !(part in parts));
  if (unknown.length) throw new StepError(`No such part: ${unknown.join(', ')}\n${usage}`);
  return chosen;
}

// In folders of its own: build/native and build/asan may belong to another compiler.
async function nativeTests(toolchain, preset) {
  const folder = `test-${preset}`;
  const variables = preset === 'native' ? toolchain.nativeVariables : {};
  await cmakeBuild(toolchain, preset, { folder, targets: ['keras_tests'], variables });
  return googleTest(toolchain, [join('build', folder, 'keras_tests')]);
}

async function wasmTests(toolchain) {
  const programs = ['keras_simd_tests', 'keras_relaxed_tests'];
  await cmakeBuild(toolchain, 'wasm', { targets: programs });
  // Emscripten's Node: the one that runs this script may be too old for relaxed SIMD. The setting is a path, or a list
  // that starts with one.
  const setting = await toolchain.runAndRead(['em-config', 'NODE_JS']);
  const node = /[^'"[\]\s]+/.exec(setting)[0];
  const lines = [];
  for (const program of programs)
    lines.push(...(await googleTest(toolchain, [node, join('build/wasm', `${program}.cjs`)])));
  return lines;
}

// Runs the tests in as many processes as there are processors, among which GoogleTest divides them. Returns the closing
// lines of each.
async function googleTest(toolchain, command) {
  const shards = availableParallelism();
  const closings = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      googleTestShard(toolchain, command, shards, shard),
    ),
  );
  const closing = closings.filter(([count]) => !/^\[==========\] 0 tests/.test(count)).flat();
  if (closing.length === 0) throw new StepError('There were no tests.');
  return closing;
}

async function googleTestShard(toolchain, command, shards, shard) {
  const filter = values.filter === undefined ? [] : [`--gtest_filter=${values.filter}`];
  const env = { GTEST_TOTAL_SHARDS: String(shards), GTEST_SHARD_INDEX: String(shard) };
  const output = await toolchain.runAndRead([...command, '--gtest_brief=1', ...filter], { env });
  const closing = output.slice(output.lastIndexOf('[==========]')).trim().split('\n');
  if (!closing.some((line) => line.startsWith('[  PASSED  ]')))
    throw new StepError(`The runner did not finish: ${command.join(' ')}`);
  if (/\[  SKIPPED \]|DISABLED TEST/.test(output))
    throw new StepError(`Tests were skipped or disabled:\n${closing.join('\n')}`);
  return closing;
}

// `processes` is the number of files that run at once, by default Node's: one less than there are processors.
async function nodeTests(belongs, { env = {}, processes } = {}) {
  const chosen = positionals.map((path) => resolve(path));
  const files = filesBelow(join(checkout, 'js-tests'), '.test.mjs')
    .filter(belongs)
    .filter((path) => chosen.length === 0 || chosen.includes(path));
  if (files.length === 0) throw new StepError('There are no test files.');
  const report = join(checkout, 'build/node-tests.tap');
  mkdirSync(join(checkout, 'build'), { recursive: true });
  const reporters = ['spec', 'stdout', 'tap', report].map((value, index) =>
    index % 2 ? `--test-reporter-destination=${value}` : `--test-reporter=${value}`,
  );
  const concurrency = processes === undefined ? [] : [`--test-concurrency=${processes}`];
  const names = files.map((path) => relative(checkout, path));
  await runAndRead(process.execPath, ['--test', ...concurrency, ...reporters, ...names], {
    cwd: checkout,
    env: { ...process.env, ...env },
    label: 'node --test',
  });
  // The closing lines of the TAP report: "# tests 12", "# pass 12", "# skipped 0", ...
  const closing = readFileSync(report, 'utf8').match(/^# \w+ [\d.]+$/gm) ?? [];
  const count = (name) =>
    Number(closing.find((line) => line.startsWith(`# ${name} `))?.split(' ')[2]);
  if (!(count('pass') > 0) || count('skipped') !== 0 || count('todo') !== 0)
    throw new StepError(`Tests were skipped, or there were none:\n${closing.join('\n')}`);
  return closing;
}
