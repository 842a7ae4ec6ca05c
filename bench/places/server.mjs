// Serves the bench's pages on this machine, with the headers that threads need.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { isolation, serveFiles } from '../../tools/lib/file_server.mjs';

const headers = {
  ...isolation,
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const page = fileURLToPath(new URL('page.html', import.meta.url));

const gzipped = new Map();

/** Bytes of a file after gzip. */
export function gzipSize(path) {
  if (!gzipped.has(path)) gzipped.set(path, gzipSync(readFileSync(path), { level: 9 }).length);
  return gzipped.get(path);
}

/**
 * Serves folders: { first part of the path: folder }.
 *
 * @returns address; close(); and takeFiles(), the files asked for since it was last called, but for models:
 *   [{ path, bytes, gzip }]
 */
export async function serve(folders) {
  let asked = new Set();
  const fileAt = (path) => {
    if (path === '/') return page;
    const [, first, ...rest] = path.split('/');
    const file = folders[first] && join(folders[first], ...rest);
    if (file && first !== 'models' && existsSync(file)) asked.add(file);
    return file;
  };
  const { address, close } = await serveFiles(fileAt, headers);
  return {
    address: `${address}/`,
    takeFiles() {
      const files = [...asked].map((path) => ({
        path: relative(folders, path),
        bytes: statSync(path).size,
        gzip: gzipSize(path),
      }));
      asked = new Set();
      return files;
    },
    close,
  };
}

// The path in the address again.
function relative(folders, path) {
  const [name, folder] = Object.entries(folders).find(([, each]) => path.startsWith(each));
  return `${name}${path.slice(folder.length)}`;
}
