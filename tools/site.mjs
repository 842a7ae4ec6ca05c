// npm run build:site: the demo page and, in its folder docs/, the documentation, for any web server. `-- --only-docs` builds
// the documentation alone, from dist/ as it is.
import { build } from './build.mjs';
import { buildSite } from './demo.mjs';
import { readArguments } from './lib/arguments.mjs';
import { main } from './lib/process.mjs';
import { buildDocsOfSite } from './site/docs_of_site.mjs';

await main(async () => {
  const usage = 'Usage: npm run build:site [-- --only-docs]';
  const { values } = readArguments(usage, { 'only-docs': { type: 'boolean' } });
  if (values['only-docs']) return await buildDocsOfSite();
  await build();
  await buildSite();
});
