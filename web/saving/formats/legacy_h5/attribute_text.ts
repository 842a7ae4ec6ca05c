// Strings in the attributes of legacy files.
import type { WeightReader } from '../../weight_reader.js';

const decoder = new TextDecoder();

/** The text of an attribute. Strings of fixed width are padded with zeros. */
export function textOf(value: unknown): string {
  const text = value instanceof Uint8Array ? decoder.decode(value) : String(value);
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) --end;
  return text.slice(0, end);
}

/** A list of strings, also one that is split into `name0`, `name1`, ...; undefined when missing. */
export async function textList(
  reader: WeightReader,
  group: string,
  name: 'layer_names' | 'weight_names',
): Promise<string[] | undefined> {
  const whole = await reader.attribute(group, name);
  if (whole !== undefined) return listOf(whole);
  const parts: string[] = [];
  for (let chunk = 0; ; ++chunk) {
    const part = await reader.attribute(group, `${name}${chunk}`);
    if (part === undefined) return chunk === 0 ? undefined : parts;
    parts.push(...listOf(part));
  }
}

function listOf(value: unknown): string[] {
  // h5py stores an empty list as an empty array of numbers.
  if (ArrayBuffer.isView(value)) return [];
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}
