// npm run parity: writes docs/parity.md, a row for each object of Keras. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkout } from '../lib/paths.mjs';
import { main } from '../lib/process.mjs';
import { measureApplications } from './applications.mjs';
import { goldenCases } from './golden.mjs';
import { errorOf } from './measure.mjs';
import { measureQuantizers } from './quantizers.mjs';

export const inventory = JSON.parse(
  readFileSync(new URL('inventory.json', import.meta.url), 'utf8'),
);

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const lastName = (path) => path.slice(path.lastIndexOf('.') + 1);

/** For each kind of the inventory: its title, and the values of the package that have its names. */
export const kinds = (keras) => ({
  layers: ['Layers', { ...keras.layers, Layer: keras.Layer }],
  ops: ['Operations', keras.ops],
  activations: ['Activations', keras.activations],
  initializers: ['Initializers', { ...keras.initializers, Initializer: keras.Initializer }],
  regularizers: ['Regularizers', { ...keras.regularizers, Regularizer: keras.Regularizer }],
  constraints: ['Constraints', { ...keras.constraints, Constraint: keras.Constraint }],
  dtype_policies: ['Dtype policies', { ...keras.dtypePolicies, DTypePolicy: keras.DTypePolicy }],
  random: ['Random state', keras.random],
  random_functions: ['Random numbers', keras.random],
  quantizers: ['Quantizers', { ...keras.quantizers, Quantizer: keras.Quantizer }],
  quantizer_functions: ['Functions of quantizers', keras.quantizers],
  applications: ['Applications', keras.applications],
  optimizers: ['Optimizers', {}],
  optimizer_schedules: ['Learning rate schedules', {}],
  losses: ['Losses', {}],
  loss_functions: ['Loss functions', {}],
  metrics: ['Metrics', {}],
  metric_functions: ['Metric functions', {}],
});

/** Whether the package has the object at a path such as `keras.ops.image.resize`; folders of `ops` are objects. */
const isThere = (names, path) => {
  const name = lastName(path);
  const own = path.startsWith('keras.ops.image.') ? names.image : names;
  return own[name] !== undefined || own[camelCase(name)] !== undefined;
};

/** Errors by `layers Dense` and `ops add`, from the cases in which the object occurs. */
function measured(keras) {
  const rows = new Map();
  for (const golden of goldenCases()) {
    const note = /^(?:keras\.)?(ops|activations|quantizers)\.[\w.]*?(\w+)(?: #\d+)?$/.exec(
      golden.note ?? '',
    );
    const keys = note
      ? [`${note[1]} ${note[2]}`]
      : (golden.to_json.config.layers ?? [])
          .filter(({ class_name: name }) => name !== 'InputLayer')
          .map(({ class_name: name }) => `layers ${name}`);
    let error;
    try {
      error = errorOf(keras, golden);
    } catch (failure) {
      error = failure;
    }
    if (error === undefined) continue;
    for (const key of new Set(keys)) {
      const row = rows.get(key) ?? { cases: 0, worst: 0, failed: 0 };
      ++row.cases;
      if (error instanceof Error) ++row.failed;
      else row.worst = Math.max(row.worst, error);
      rows.set(key, row);
    }
  }
  return rows;
}

function errorText(row) {
  if (row === undefined) return '';
  if (row.failed > 0) return `${row.failed} of ${row.cases} fail`;
  if (row.computes === false) return '';
  return row.worst === 0 ? '0' : row.worst.toExponential(1);
}

/** The page, from the built package. */
export function parityPage(keras) {
  const errors = measured(keras);
  const models = measureApplications(keras);
  for (const [name, row] of models) errors.set(`applications ${name}`, row);
  for (const [name, row] of measureQuantizers(keras))
    errors.set(`${/^[a-z]/.test(name) ? 'quantizer_functions' : 'quantizers'} ${name}`, row);
  const namesOf = (kind, names) => (kind === 'applications' ? Object.fromEntries(models) : names);
  const parts = Object.entries(kinds(keras)).map(([kind, [title, listed]]) => {
    const names = namesOf(kind, listed);
    const rows = inventory[kind].map((path) => {
      const row = errors.get(`${kind} ${lastName(path)}`);
      const here = isThere(names, path);
      return `| \`${path}\` | ${here ? 'yes' : 'no'} | ${here && row ? row.cases : ''} | ${here ? errorText(row) : ''} |`;
    });
    const count = inventory[kind].filter((path) => isThere(names, path)).length;
    return [
      `## ${title}`,
      '',
      `${count} of ${rows.length}.`,
      '',
      '| Keras | here | cases | largest error |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `# Parity with Keras ${inventory.keras}

Written by \`npm run parity\` (\`tools/parity\`); do not edit. A row for each object of Keras's public API. "Here" says whether the package
has a class or function of that name; objects that only occur as configs in files do not count. "Cases" are golden cases
(\`native-tests/fixtures/golden\`) in which the object occurs, except those with half precision, complex inputs or Python code; the error is
the largest difference of an output from Keras's, divided by the largest output. Models of
applications are here when they open from Keras's configs, with the classifier and without; the functions that build them are not. Their
cases, and those of quantizers, are calls and configs of \`js-tests/fixtures\`.

${parts.join('\n\n')}
`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const keras = await import(pathToFileURL(join(checkout, 'dist/index.js')).href);
    await keras.initialize();
    keras.setWarningHandler(() => {});
    writeFileSync(join(checkout, 'docs/parity.md'), parityPage(keras));
    console.log('wrote docs/parity.md');
  });
}
