// Files of the machine, where there is one: Node, Bun, Deno. A browser has none.

const hasFiles = (): boolean =>
  typeof process === 'object' && typeof process.versions === 'object' && typeof process.versions.node === 'string';

/** A path or file URL as a path; undefined for what is to be fetched. */
async function pathOf(source: string | URL): Promise<string | undefined> {
  const text = String(source);
  if (/^(https?|data|blob):/i.test(text)) return undefined;
  if (!/^file:/i.test(text)) return text;
  const { fileURLToPath } = await import('node:url');
  return fileURLToPath(text);
}

/** The bytes of a file; undefined when this is no local path or there are no files here or none of that name. */
export async function readFile(source: string | URL): Promise<Uint8Array | undefined> {
  if (!hasFiles()) return undefined;
  const path = await pathOf(source);
  if (path === undefined) return undefined;
  const fs = await import('node:fs/promises');
  try {
    return await fs.readFile(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file as a whole: under another name first, so that a failure leaves no half of it. */
export async function writeFile(target: string | URL, bytes: Uint8Array): Promise<void> {
  const path = hasFiles() ? await pathOf(target) : undefined;
  if (path === undefined) throw new Error(`There is no file system to write ${String(target)} to: use the returned bytes`);
  const fs = await import('node:fs/promises');
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await fs.writeFile(draft, bytes);
    await fs.rename(draft, path);
  } catch (error) {
    await fs.rm(draft, { force: true });
    throw error;
  }
}
