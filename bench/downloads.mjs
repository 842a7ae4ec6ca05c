// Bytes that a page downloads before its first result, without the model.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ours } from './contenders.mjs';
import { gzipSize } from './places/server.mjs';

/**
 * [{ peer, kind, javascript, wasm, total, later }] in bytes after gzip, from the starts of the first workload in pages;
 * `later` is what is loaded in the background, after the first result: the secondary module of this package in `dist`.
 */
export function downloadsOf(starts, dist) {
  const first = new Map();
  for (const row of starts) {
    if (row.files && !first.has(row.contender)) first.set(row.contender, row);
  }
  return [...first.values()].map(({ peer, kind, files }) => {
    const sum = (wanted) =>
      files
        .filter(({ path }) => path.endsWith('.wasm') === wanted)
        .reduce((bytes, file) => bytes + file.gzip, 0);
    const [javascript, wasm] = [sum(false), sum(true)];
    const later = peer === ours ? secondPart(dist, kind) : 0;
    return { peer, kind, javascript, wasm, total: javascript + wasm, later };
  });
}

function secondPart(dist, kind) {
  const path = join(dist, kind === 'relaxed' ? 'keras-relaxed-rest.wasm' : 'keras-rest.wasm');
  if (kind === 'threads' || !existsSync(path)) return 0;
  return gzipSize(path);
}
