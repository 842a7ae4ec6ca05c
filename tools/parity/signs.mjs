// node tools/parity/signs.mjs: in how many eigenvectors and singular vectors the sign differs from Keras's, by the size
// and the kind of the matrices. Needs a build.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initialize, ops, tensor } from '../../dist/index.js';
import { runKeras } from '../fixtures/venv.mjs';

/** Counts the rows that point the other way, and those of other directions. */
function compare(got, want, size) {
  const counts = { flipped: 0, other: 0 };
  for (let row = 0; row < size; ++row) {
    let product = 0;
    for (let i = row * size; i < (row + 1) * size; ++i) product += got[i] * want[i];
    if (product < -0.9) ++counts.flipped;
    else if (product < 0.9) ++counts.other;
  }
  return counts;
}

await initialize();
const folder = mkdtempSync(join(tmpdir(), 'signs-'));
const file = join(folder, 'signs.json');
await runKeras(fileURLToPath(new URL('signs.py', import.meta.url)), [file]);
const rows = {};
for (const { size, kind, symmetric, general, eigh, svd } of JSON.parse(
  readFileSync(file, 'utf8'),
)) {
  const [, vectors] = ops.eigh(tensor(symmetric, [size, size]));
  const [, , transposed] = ops.svd(tensor(general, [size, size]), false);
  const row = (rows[`${kind}, ${size} rows`] ??= { vectors: 0, eigh: 0, svd: 0, other: 0 });
  const ofEigh = compare(ops.transpose(vectors).data(), eigh, size);
  const ofSvd = compare(transposed.data(), svd, size);
  row.vectors += size;
  row.eigh += ofEigh.flipped;
  row.svd += ofSvd.flipped;
  row.other += ofEigh.other + ofSvd.other;
}
rmSync(folder, { recursive: true });
console.table(rows);
