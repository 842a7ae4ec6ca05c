// The documentation in the folder of the demo page.
import { join } from 'node:path';
import { checkout } from '../lib/paths.mjs';
import { announce } from '../lib/process.mjs';

/** Builds the documentation from dist/ into build/site/docs. */
export async function buildDocsOfSite() {
  announce('Building the documentation');
  const { buildDocs } = await import('./build_docs.mjs'); // its packages may just have been installed
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  const repository = server && name ? `${server}/${name}` : undefined;
  buildDocs(join(checkout, 'build/site/docs'), { repository });
}
