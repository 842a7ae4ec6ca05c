// Times of making and cloning models and of reading their configs, compared with Keras in Python on the same machine.
//
// `node bench/configs.mjs [--quick] [--refresh]` prints the table; other programs call measureConfigs(). Keras's
// times and the configs of its applications are kept in the cache folder; --refresh measures them again.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  cloneModel,
  Functional,
  initialize,
  memory,
  modelFromJson,
  Sequential,
} from '../dist/index.js';
import { runKeras } from '../tools/fixtures/venv.mjs';
import { cacheFolder } from '../tools/lib/paths.mjs';
import { measure, table } from './measure.mjs';

const script = fileURLToPath(new URL('configs_keras.py', import.meta.url));

/** The models in the order of the table, with the time budget of each in milliseconds. */
const models = {
  sequential_10: { title: '10-layer Sequential', budget: 300 },
  mobilenet_v2: { title: 'MobileNetV2', budget: 1000 },
  resnet50: { title: 'ResNet50', budget: 1500 },
  chain_100: { title: '100 Dense in a chain', budget: 300 },
  chain_1000: { title: '1,000 Dense in a chain', budget: 1500 },
  chain_10000: { title: '10,000 Dense in a chain', budget: 6000 },
};

/** What each operation is called in the table. */
const operations = {
  getConfig: 'getConfig',
  fromConfig: 'fromConfig',
  clone: 'clone, weights pending',
  cloneDrawn: 'clone, weights drawn',
  cloneWithWeights: 'clone, weights copied',
};

// Keras draws every weight when it makes a layer.
const kerasOperations = {
  ...Object.fromEntries(Object.keys(operations).map((o) => [o, o])),
  cloneDrawn: 'clone',
};

async function askKeras({ quick, refresh }) {
  const folder = join(cacheFolder, 'bench', quick ? 'configs-quick' : 'configs');
  const times = join(folder, 'times.json');
  if (refresh || !existsSync(times)) {
    mkdirSync(folder, { recursive: true });
    await runKeras(script, quick ? [folder, '--quick'] : [folder]);
  }
  return { folder, ...JSON.parse(readFileSync(times, 'utf8')) };
}

const drawn = (model) => model.getWeights().forEach((weight) => weight.dispose?.());

function works(model) {
  const config = model.getConfig();
  const Class = model instanceof Sequential ? Sequential : Functional;
  const weights = model.getWeights();
  return {
    getConfig: () => model.getConfig(),
    fromConfig: () => Class.fromConfig(config).dispose(),
    clone: () => cloneModel(model).dispose(),
    cloneDrawn() {
      const clone = cloneModel(model);
      drawn(clone);
      clone.dispose();
    },
    cloneWithWeights() {
      const clone = cloneModel(model);
      clone.setWeights(weights);
      clone.dispose();
    },
  };
}

/**
 * Measures every operation on every model: rows of `{ model, operation, median, minimum, keras, ratio }`, times in
 * milliseconds, `keras` what Python's Keras needs and `ratio` how many times that is this package's median; both null
 * without Keras. The package must have been initialized.
 *
 * @param options.quick leaves out the largest model.
 * @param options.refresh measures Keras again, so that both are measured in one run.
 */
export async function measureConfigs({ quick = false, refresh = false } = {}) {
  const keras = await askKeras({ quick, refresh });
  const rows = [];
  for (const [key, { title, budget }] of Object.entries(models)) {
    if (keras.times[key] === undefined) continue;
    const model = modelFromJson(readFileSync(join(keras.folder, `${key}.json`), 'utf8'));
    for (const [operation, work] of Object.entries(works(model))) {
      const { median, minimum } = await measure(work, { budget, least: 5 });
      const theirs = keras.times[key][kerasOperations[operation]].median;
      rows.push({
        model: title,
        operation,
        median,
        minimum,
        keras: theirs,
        ratio: theirs / median,
      });
    }
    model.dispose();
  }
  return { rows, keras: keras.keras, backend: keras.backend };
}

/** The rows as a text table. */
export function configsTable(rows) {
  return table(
    rows.map(({ model, operation, median, minimum, keras, ratio }) => ({
      model,
      operation: operations[operation],
      'ms, median (minimum)': { median, minimum },
      'Keras ms': keras.toFixed(1),
      'times faster': ratio.toFixed(0),
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].filter((flag) => !['--quick', '--refresh'].includes(flag));
  if (unknown.length > 0) throw new Error('Usage: node bench/configs.mjs [--quick] [--refresh]');
  await initialize();
  const { rows, keras, backend } = await measureConfigs({
    quick: flags.has('--quick'),
    refresh: flags.has('--refresh'),
  });
  console.log(
    `Node ${process.version}, ${process.arch}; Keras ${keras} (${backend}, no compilation)\n`,
  );
  console.log(configsTable(rows));
  const { handles, bytes } = memory();
  console.log(`\nLive at the end: ${handles} handles, ${bytes} bytes`);
}
