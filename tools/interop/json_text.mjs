// JSON that is copied into a manifest without parsing.

/** The text of a member of a JSON object, as it stands: JavaScript would read 1.0 and 1 as one number. */
export function memberText(json, key) {
  const start = json.indexOf(`"${key}": `) + key.length + 4;
  let depth = 0;
  let quoted = false;
  for (let i = start; i < json.length; ++i) {
    const c = json[i];
    if (quoted) {
      if (c === '\\') ++i;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{' || c === '[') ++depth;
    else if ((c === '}' || c === ']') && --depth === 0) return json.slice(start, i + 1);
  }
  throw new Error(`No member ${key}`);
}

const raw = [];
/** Stands for a JSON text in an object that `JSON.stringify` writes, until `withRaw` puts the text there. */
export const asWritten = (text) => `@raw${raw.push(text) - 1}@`;

/** The JSON with the texts. */
export const withRaw = (json) => json.replace(/"@raw(\d+)@"/g, (_, i) => raw[i]);
