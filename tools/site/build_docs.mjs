// Builds the documentation: docs/, README.md and the declarations of dist/ as pages, in a folder beside the demo.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { checkout } from '../lib/paths.mjs';
import { apiPages } from './api.mjs';
import { rendered } from './markdown.mjs';
import { pages } from './pages.mjs';
import { page } from './template.mjs';

/** Writes the pages into `folder`. `repository` is the address of the sources, if they are published. */
export function buildDocs(folder, { repository } = {}) {
  const api = apiPages();
  const menu = [
    { name: 'Guide', items: pages.map(({ name, title }) => ({ title, href: `${name}.html` })) },
    { name: 'API', items: api.map(({ name, title }) => ({ title, href: `api/${name}.html` })) },
  ];
  const made = new Map();
  for (const { name, title, source } of pages) {
    const text = readFileSync(join(checkout, source), 'utf8');
    const linkTo = (href) => addressOf(href, source, repository);
    const current = `${name}.html`;
    made.set(current, page({ title, menu, current, ...rendered(text, linkTo) }));
  }
  for (const { name, title, html, headings } of api) {
    const current = `api/${name}.html`;
    made.set(current, page({ title, menu, current, html, headings, root: '../' }));
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'api'), { recursive: true });
  copyFileSync(join(checkout, 'tools/site/docs.css'), join(folder, 'docs.css'));
  for (const [name, html] of made) writeFileSync(join(folder, name), html);
}

// A link of a Markdown file: to a page, or to the file in the repository.
function addressOf(href, source, repository) {
  const [path, anchor] = href.split('#');
  const file = posix.join(dirname(source), path);
  if (!existsSync(join(checkout, file)))
    throw new Error(`${source} links to ${href}, which is missing.`);
  const target = pages.find((each) => each.source === file);
  const address = target
    ? `${target.name}.html`
    : `${repository ?? 'https://www.npmjs.com/package/keras-wasm?activeTab=code'}${repository ? `/blob/main/${file}` : ''}`;
  return anchor === undefined ? address : `${address}#${anchor}`;
}
