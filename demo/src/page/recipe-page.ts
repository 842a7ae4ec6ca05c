// An edit as a separate HTML page, like a recipe in docs/recipes.md: what it does, its code, what it changes, how to run it.

export interface RecipePage {
  /** File name of the model. */
  model: string;
  code: string;
  /** Where the slider stands: `Bits per weight: 4`. */
  setting: string | null;
  /** Numbers of both models: what they are, of the original, of the clone. */
  facts: readonly (readonly [string, string, string])[];
  /** The difference as text, and as SVG. */
  difference: string;
  picture: string;
  /** The background on which the picture was drawn. */
  background: string;
  program: string;
  /** An address that opens the edit; null when no link can hold the model. */
  link: string | null;
}

export function recipePage(page: RecipePage): string {
  const { title, text, code } = describe(page.code, `An edit of ${page.model}`);
  const rows = page.facts.map(
    ([name, original, clone]) =>
      `<tr${original === clone ? '' : ' class="different"'}><th scope="row">${escape(name)}</th><td>${escape(original)}</td><td>${escape(clone)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 8px; font-size: 13px; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.1rem 1.5rem 0.1rem 0; font-weight: 400; }
thead th, .different td { font-weight: 600; }
.picture { overflow: auto; border-radius: 8px; padding: 0.5rem; background: ${escape(page.background)}; }
</style>
<h1>${escape(title)}</h1>
${paragraphs(text)}<h2>The hook</h2>
${page.setting === null ? '' : `<p>${escape(page.setting)}</p>\n`}<pre><code>${escape(code)}</code></pre>
<h2>What it changes in ${escape(page.model)}</h2>
<table><thead><tr><td></td><th scope="col">Original</th><th scope="col">Clone</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<pre>${escape(page.difference)}</pre>
<div class="picture" tabindex="0" role="region" aria-label="Graphs of both models">${page.picture}</div>
<h2>Run it in Node</h2>
<pre><code>${escape(page.program)}</code></pre>
${page.link === null ? '' : `<p><a href="${escape(page.link)}">Open this edit in the browser</a></p>\n`}</html>
`;
}

/** The title and the text in the comment at the top of a hook, and the code without it. */
function describe(code: string, usual: string): { title: string; text: string; code: string } {
  const lines = code.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const comment = lines.slice(0, Math.max(0, end)).map((line) => line.replace(/^\/\/ ?/, ''));
  const [title, ...rest] = comment;
  if (!title) return { title: usual, text: '', code };
  return { title, text: rest.join('\n').trim(), code: lines.slice(end).join('\n').trim() };
}

function paragraphs(text: string): string {
  const parts = text.split(/\n\s*\n/).filter(Boolean);
  // Names between backticks, as in Markdown.
  const html = (part: string) => escape(part).replace(/`([^`]+)`/g, '<code>$1</code>');
  return parts.map((part) => `<p>${html(part)}</p>\n`).join('');
}

const names: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => names[char]!);
}
