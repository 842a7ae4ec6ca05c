// Times of layers that read strings, compared with Keras on TensorFlow in Python on the same machine.
//
// `node bench/strings.mjs [--quick] [--refresh]` prints the table; other programs call measureStrings(). Keras's times
// and the strings are kept in the cache folder; --refresh measures them again.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deserializeKerasObject, initialize, memory, tensor } from '../dist/index.js';
import { runKeras } from '../tools/fixtures/venv.mjs';
import { cacheFolder } from '../tools/lib/paths.mjs';
import { measure, table } from './measure.mjs';

const script = fileURLToPath(new URL('strings_keras.py', import.meta.url));

const workloads = {
  sentences: 'TextVectorization of 10,000 sentences',
  tokens: 'StringLookup of 1,000,000 strings',
};

const operations = {
  apply: 'tensor to tensor',
  all: 'array of strings to typed array',
  fromConfig: 'fromConfig',
};

async function askKeras({ quick, refresh }) {
  const folder = join(cacheFolder, 'bench', quick ? 'strings-quick' : 'strings');
  const times = join(folder, 'times.json');
  if (refresh || !existsSync(times)) {
    mkdirSync(folder, { recursive: true });
    await runKeras(script, quick ? [folder, '--quick'] : [folder], 'tensorflow');
  }
  return { folder, ...JSON.parse(readFileSync(times, 'utf8')) };
}

/** As checksum() in strings_keras.py. */
const checksum = (indices) =>
  indices.reduce((sum, index, i) => sum + index * BigInt((i % 97) + 1), 0n);

function works(layer, strings) {
  const given = tensor(strings);
  const config = layer.getConfig();
  return {
    apply: () => layer.apply(given).dispose(),
    all() {
      const inputs = tensor(strings);
      const outputs = layer.apply(inputs);
      const indices = outputs.data();
      inputs.dispose();
      outputs.dispose();
      return indices;
    },
    fromConfig: () => layer.constructor.fromConfig(config).dispose(),
  };
}

/**
 * Measures every operation of every workload: rows of `{ workload, operation, median, minimum, keras, ratio }`, as
 * measureConfigs() of configs.mjs. The package must have been initialized.
 *
 * @param options.quick takes a tenth of the strings.
 * @param options.refresh measures Keras again, so that both are measured in one run.
 */
export async function measureStrings({ quick = false, refresh = false } = {}) {
  const keras = await askKeras({ quick, refresh });
  const rows = [];
  for (const [name, workload] of Object.entries(workloads)) {
    const content = JSON.parse(readFileSync(join(keras.folder, `${name}.json`), 'utf8'));
    const layer = deserializeKerasObject(content.layer);
    const all = works(layer, content.strings);
    if (checksum(all.all()) !== BigInt(content.checksum))
      throw new Error(`${workload}: the indices differ from Keras's.`);
    for (const [operation, work] of Object.entries(all)) {
      const { median, minimum } = await measure(work, { budget: 3000, least: 5 });
      const theirs = keras.times[name][operation].median;
      rows.push({ workload, operation, median, minimum, keras: theirs, ratio: theirs / median });
    }
    layer.dispose();
  }
  return { rows, keras: keras.keras, backend: keras.backend };
}

/** The rows as a text table. */
export function stringsTable(rows) {
  return table(
    rows.map(({ workload, operation, median, minimum, keras, ratio }) => ({
      workload,
      operation: operations[operation],
      'ms, median (minimum)': { median, minimum },
      'Keras ms': keras.toFixed(1),
      'times faster': ratio.toFixed(1),
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].filter((flag) => !['--quick', '--refresh'].includes(flag));
  if (unknown.length > 0) throw new Error('Usage: node bench/strings.mjs [--quick] [--refresh]');
  await initialize();
  const { rows, keras, backend } = await measureStrings({
    quick: flags.has('--quick'),
    refresh: flags.has('--refresh'),
  });
  console.log(`Node ${process.version}, ${process.arch}; Keras ${keras} (${backend})\n`);
  console.log(stringsTable(rows));
  const { handles, bytes } = memory();
  console.log(`\nLive at the end: ${handles} handles, ${bytes} bytes`);
}
