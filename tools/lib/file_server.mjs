// A web server of files on this machine, for the pages of tests, setups and the bench.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Headers that let a page share memory with its workers. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Serves files on a free port of the loopback interface.
 *
 * @param fileAt the file at a path of the address, such as `/a/b.js`; undefined where there is none.
 * @param headers are sent with every answer.
 * @returns `{ address, close }`; the address has no slash at its end.
 */
export async function serveFiles(fileAt, headers = {}) {
  const server = createServer((request, response) => {
    const path = pathOf(request.url);
    const file = path === undefined ? undefined : fileAt(path);
    const found = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) return response.writeHead(404, headers).end();
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': found.size,
      ...headers,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

// Of the address of a request; undefined for `%` without its two digits.
function pathOf(url) {
  try {
    return normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
  } catch {
    return undefined;
  }
}

/** Finds the files of a folder below a path such as `/` or `/some/folder/`; a path that ends with `/` is its `index.html`. */
export const filesOf =
  (folder, base = '/') =>
  (path) =>
    path.startsWith(base)
      ? join(folder, path.slice(base.length), path.endsWith('/') ? 'index.html' : '')
      : undefined;
