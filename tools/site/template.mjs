// The frame of a page of the documentation: menu, content, headings.

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A whole page. `menu` has groups of `{ title, href }`; `current` is the href of this page. */
export function page({ title, menu, current, html, headings = [], root = './' }) {
  const item = ({ title: text, href }) =>
    `<li><a href="${root}${href}"${href === current ? ' aria-current="page"' : ''}>${escape(text)}</a></li>`;
  const groups = menu.map(
    ({ name, items }) => `<h2>${escape(name)}</h2><ul>${items.map(item).join('')}</ul>`,
  );
  const contents = headings.map(
    ({ title: text, anchor }) => `<li><a href="#${anchor}">${escape(text)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – keras-wasm</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${root}docs.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a class="name" href="${root}index.html">keras-wasm</a><a href="${root}../index.html">Demo</a><a class="to-menu" href="#pages">Pages</a></header>
<nav class="menu" id="pages" aria-label="Pages">${groups.join('')}</nav>
<main id="content">${html}</main>
${contents.length > 1 ? `<aside><nav aria-label="On this page"><h2>On this page</h2><ul>${contents.join('')}</ul></nav></aside>` : ''}
</body>
</html>
`;
}
