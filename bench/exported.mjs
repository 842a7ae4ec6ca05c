// Model files for every contender, written once by real Keras into the cache folder.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../tools/lib/files.mjs';
import { cacheFolder, checkout } from '../tools/lib/paths.mjs';
import { announce, run } from '../tools/lib/process.mjs';
import { ensureVenv } from '../tools/lib/venv.mjs';
import { workloads } from './workloads.mjs';

const programs = join(checkout, 'bench/export');

/** Contains a folder for each workload. Its name changes when a program of export/ or a definition changes. */
export function exportFolder() {
  const hash = createHash('sha256');
  for (const path of filesBelow(programs, '.py', '.txt')) hash.update(readFileSync(path));
  hash.update(JSON.stringify(workloads.map(({ title: _, ...definition }) => definition)));
  return join(cacheFolder, 'bench', `models-${hash.digest('hex').slice(0, 12)}`);
}

/** Exports missing models. Returns the about.json of export.py and the folder for each workload. */
export async function ensureExported(chosen) {
  const folder = exportFolder();
  const about = (name) => join(folder, name, 'about.json');
  const missing = chosen.filter(({ name }) => !existsSync(about(name)));
  if (missing.length) {
    const requirements = join(programs, 'requirements.txt');
    const python = await ensureVenv(join(cacheFolder, 'bench/export-venv'), requirements);
    announce('Exporting models from Keras');
    const env = {
      ...process.env,
      KERAS_BACKEND: 'tensorflow',
      PYTHONDONTWRITEBYTECODE: '1',
      TF_CPP_MIN_LOG_LEVEL: '3',
    };
    const program = join(programs, 'export.py');
    await run(python, ['-W', 'ignore', program, folder, JSON.stringify(missing)], {
      env,
      label: 'bench/export/export.py',
    });
  }
  return chosen.map((workload) => ({
    ...workload,
    ...JSON.parse(readFileSync(about(workload.name), 'utf8')),
    folder: join(folder, workload.name),
  }));
}
