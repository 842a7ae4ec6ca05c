// Bytes to download before a page has its first result, without the model: what the page asked for.

/** [{ peer, kind, javascript, wasm, total }] in bytes after gzip, from the starts of the first workload in pages. */
export function downloadsOf(starts) {
  const first = new Map();
  for (const row of starts) {
    if (row.files && !first.has(row.contender)) first.set(row.contender, row);
  }
  return [...first.values()].map(({ peer, kind, files }) => {
    const sum = (wanted) =>
      files
        .filter(({ path }) => path.endsWith('.wasm') === wanted)
        .reduce((bytes, file) => bytes + file.gzip, 0);
    return { peer, kind, javascript: sum(false), wasm: sum(true), total: sum(false) + sum(true) };
  });
}
