// Describes files that are not models, by how they begin.

/** What a Git LFS pointer is, as a clause; undefined for other texts. */
export function describeLfsPointer(start: string): string | undefined {
  if (!start.startsWith('version https://git-lfs')) return undefined;
  return 'it is a Git LFS pointer, not the file itself: fetch the file with `git lfs pull`';
}

/** What a text is that was given or found in place of a model, as a clause; undefined for unknown texts. */
export function describeText(start: string): string | undefined {
  const text = start.trimStart().toLowerCase();
  const pointer = describeLfsPointer(text);
  if (pointer) return pointer;
  if (text.startsWith('<!doctype') || text.startsWith('<html') || text.startsWith('<?xml'))
    return 'it is a web page: the address may be another one';
  if (text.startsWith('{') || text.startsWith('['))
    return 'it is JSON: `modelFromJson` makes a model of the JSON of its config';
  return undefined;
}

/** What a file is that begins with these bytes, as a clause. */
export function describeBytes(start: Uint8Array): string {
  if (start.length === 0) return 'it is empty';
  const hex = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0'));
  return (
    describeText(new TextDecoder().decode(start)) ?? `it begins with the bytes ${hex.join(' ')}`
  );
}
