// Decodes JSON files in the encodings that Python's json.loads() accepts.
import { KerasError } from '../errors/errors.js';

const decoders = { utf8: 'utf-8', utf16le: 'utf-16le', utf16be: 'utf-16be' } as const;

// As json.detect_encoding(): JSON begins with ASCII, so that zeros reveal UTF-16 without a byte order mark.
function encodingOf([a, b, c, d]: Uint8Array): keyof typeof decoders {
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && (c !== 0 || d !== 0))) return 'utf16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0)) return 'utf16be';
  return 'utf8';
}

/** The text without a byte order mark. Throws KerasError of kind UnicodeDecodeError for bytes that cannot be decoded. */
export function jsonText(bytes: Uint8Array, name: string): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(decoders[encoding], { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new KerasError(
      encoding === 'utf8' ? firstWrongByte(bytes, name) : `${name} is not UTF-16 text`,
      'UnicodeDecodeError',
      '',
      { cause },
    );
  }
}

// Python's message; the position is the start of the character that cannot be decoded.
function firstWrongByte(bytes: Uint8Array, name: string): string {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isPrefixOfText(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  let at = good; // the bytes up to here may begin a character
  while (at > 0 && good - at < 3 && !isText(bytes.subarray(0, at))) --at;
  const byte = bytes[at]!;
  const started = isPrefixOfText(bytes) ? 'unexpected end of data' : 'invalid continuation byte';
  const reason = at < good || isPrefixOfText(bytes) ? started : 'invalid start byte';
  return `'utf-8' codec can't decode byte 0x${byte.toString(16)} in position ${at}: ${reason} (${name})`;
}

const decodes = (bytes: Uint8Array, stream: boolean): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
};

const isPrefixOfText = (bytes: Uint8Array): boolean => decodes(bytes, true);
const isText = (bytes: Uint8Array): boolean => decodes(bytes, false);
