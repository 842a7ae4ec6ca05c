// Text as the values of an input of strings, for models that look words up themselves.
import { html } from '../dom.js';
import type { Port, Values } from '../types.js';

const example = 'the quick brown fox jumps over the lazy dog';

export const takesText = ({ dtype }: Port): boolean => dtype === 'string';

/** Each line is a sample of a text, or of as many words as the input takes. */
export function textValues(text: string, { shape }: Port): Values {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  if (lines.length === 0) throw new Error('Write some text.');
  const sample = shape.slice(1);
  if (sample.every((size) => size === 1))
    return { values: [], strings: lines, shape: [lines.length, ...sample.map(Number)] };
  if (sample.length > 1) throw new Error('This input takes more than a line of words.');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const width = sample[0] ?? Math.max(...rows.map((row) => row.length));
  const strings = rows.flatMap((row) => Array.from({ length: width }, (_, i) => row[i] ?? ''));
  return { values: [], strings, shape: [rows.length, width] };
}

export function textField(port: Port, changed: (text: string) => void): HTMLElement {
  const field = html('textarea', {
    ...{ rows: 3, class: 'text', 'aria-label': `Text for ${port.name}, one sample a line` },
  });
  field.value = example;
  field.addEventListener('input', () => changed(field.value));
  changed(example);
  return field;
}
