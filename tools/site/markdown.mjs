// Markdown as HTML: headings get the anchors that GitHub gives them, code of JavaScript and TypeScript gets colours.
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { javascriptLanguage, typescriptLanguage } from '@codemirror/lang-javascript';
import MarkdownIt from 'markdown-it';

const parsers = { js: javascriptLanguage.parser, ts: typescriptLanguage.parser };

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Code as HTML; of other languages without colours. */
export function highlighted(code, language) {
  const parser = parsers[language];
  if (!parser) return escape(code);
  let html = '';
  const putText = (text, classes) => {
    html += classes ? `<span class="${classes}">${escape(text)}</span>` : escape(text);
  };
  highlightCode(code, parser.parse(code), classHighlighter, putText, () => (html += '\n'));
  return html;
}

/** The anchor of a heading. `used` holds the anchors of the page so far. */
function anchorOf(text, used) {
  const base = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
  let anchor = base;
  for (let i = 1; used.has(anchor); ++i) anchor = `${base}-${i}`;
  used.add(anchor);
  return anchor;
}

/**
 * Renders Markdown. `linkTo` returns the address for a link of the text, or undefined to leave its text alone.
 * Returns the HTML, and the headings of the second level.
 */
export function rendered(text, linkTo) {
  const used = new Set();
  const headings = [];
  const markdown = new MarkdownIt({ html: false });
  markdown.renderer.rules.fence = (tokens, i) => {
    const { info, content } = tokens[i];
    return `<pre tabindex="0"><code>${highlighted(content, info.trim())}</code></pre>\n`;
  };
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  markdown.renderer.rules.table_close = () => '</table></div>\n';
  markdown.core.ruler.push('anchors', ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type !== 'heading_open') return;
      const title = tokens[i + 1].children.map(({ content }) => content).join('');
      const anchor = anchorOf(title, used);
      token.attrSet('id', anchor);
      if (token.tag === 'h2') headings.push({ title, anchor });
    });
  });
  markdown.core.ruler.push('links', ({ tokens }) => {
    for (const { children } of tokens)
      for (const child of children ?? []) if (child.type === 'link_open') relink(child, linkTo);
  });
  const html = markdown.render(text.replaceAll(/^<!--.*?-->\n/gms, ''));
  // Tables whose columns have no names.
  return { html: html.replaceAll('<th></th>', '<td></td>'), headings };
}

function relink(token, linkTo) {
  const href = token.attrGet('href');
  if (/^(https?:|#)/.test(href)) return;
  token.attrSet('href', linkTo(href));
}
