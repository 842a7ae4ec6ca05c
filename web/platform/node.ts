// Files in Node, Deno and Bun. Nothing of Node is imported before it is needed, so bundlers for browsers see none of it.

type Files = typeof import('node:fs/promises');

/** Whether files can be read from disk. */
export function hasFiles(): boolean {
  return typeof process === 'object' && typeof process.versions?.node === 'string';
}

async function files(): Promise<Files> {
  // A name that no bundler can resolve: it would complain of a module that browsers do not have.
  const name = ['node', 'fs/promises'].join(':');
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Files;
}

/** The bytes of a file. */
export async function readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await files()).readFile(path));
}

/** Writes a file whole, or leaves what was there: through a file of another name beside it. */
export async function writeFile(path: string | URL, bytes: Uint8Array): Promise<void> {
  const fs = await files();
  const temporary = `${typeof path === 'string' ? path : decodeURIComponent(path.pathname)}.${process.pid}.tmp`;
  try {
    await fs.writeFile(temporary, bytes);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}
