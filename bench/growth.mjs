// npm run bench:growth: how time and memory grow with size. Writes docs/growth.md with its plots. See README.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from '../tools/build.mjs';
import { readArguments } from '../tools/lib/arguments.mjs';
import { checkout } from '../tools/lib/paths.mjs';
import { announce, main, StepError } from '../tools/lib/process.mjs';
import { choose } from './choose.mjs';
import { growthFiles } from './growth/page.mjs';
import { measureGrowth, paces } from './growth/measure_growth.mjs';
import { series } from './growth/series.mjs';
import { describeMachine } from './machine.mjs';
import { ensureBenchPackages } from './packages.mjs';

const usage = `Usage: npm run bench:growth [-- options]
  --only batch,layers   these series: ${series.map(({ name }) => name).join(', ')}
  --quick               one round
  --record              with --quick: write the page all the same
  --no-build            dist/ as it is
Without filters, docs/growth.md and docs/growth/ are written.`;

const options = {
  only: { type: 'string' },
  quick: { type: 'boolean' },
  record: { type: 'boolean' },
  'no-build': { type: 'boolean' },
};

await main(async () => {
  const { values } = readArguments(usage, options);
  const chosen = choose(series, values.only, 'series').map(({ name }) => name);
  if (!values['no-build']) await build();
  await ensureBenchPackages();
  announce('Growth');
  const measured = await measureGrowth({
    dist: join(checkout, 'dist'),
    pace: values.quick ? paces.quick : paces.full,
    chosen,
  });
  const files = growthFiles({
    ...measured,
    quick: values.quick,
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    version: JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')).version,
  });
  const isWhole = values.only === undefined && !values.quick;
  const folder = isWhole || values.record ? 'docs' : 'build/bench';
  write(join(checkout, folder), files);
  console.log(`\n${files['growth.md'].split('## ')[1]}\nWritten: ${folder}/growth.md`);
  const broken = measured.rows.filter(({ peer, error }) => error && peer === 'keras-wasm');
  if (broken.length)
    throw new StepError(
      broken.map(({ series: name, at, error }) => `${name} ${at}: ${error}`).join('\n'),
    );
});

function write(folder, files) {
  rmSync(join(folder, 'growth'), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
