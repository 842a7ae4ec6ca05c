// What is measured. The models themselves are in export/models.py.
import { readFileSync } from 'node:fs';
import { choose } from './choose.mjs';

/** All workloads in the order of the tables: { name, title, model, batch, group }. */
export const workloads = JSON.parse(
  readFileSync(new URL('workloads.json', import.meta.url), 'utf8'),
);

/** Workloads by names, names of groups, or beginnings of names: `--only mobilenetv2,recurrent,gemm`. */
export function chooseWorkloads(only) {
  return choose(workloads, only, 'workload', ({ name, group }, wanted) =>
    [name, group].includes(wanted) ? 2 : name.startsWith(wanted) ? 1 : 0,
  );
}
