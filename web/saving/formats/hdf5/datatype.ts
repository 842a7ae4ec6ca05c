// Element types and shapes. Sections IV.A.2.b and IV.A.2.d of the specification.
import { Damaged, Unsupported, type FileBytes } from './file_bytes.js';
import { fromNumpy, type StoredDType } from '../../stored_array.js';

const Class = {
  integer: 0,
  float: 1,
  string: 3,
  opaque: 5,
  compound: 6,
  enumerated: 8,
  variable: 9,
} as const;

/** The type of elements. */
export type ElementType =
  | { readonly kind: 'number'; readonly dtype: StoredDType; readonly isBigEndian: boolean }
  | { readonly kind: 'fixedString' | 'opaque'; readonly size: number }
  /** Strings of variable length, in a heap of the file. */
  | { readonly kind: 'variableString' }
  | { readonly kind: 'other'; readonly description: string };

const PREFIX = 8;
const BITS_OF_EXPONENT: Record<number, number> = { 2: 5, 4: 8, 8: 11 };

/** The type at an address. Throws Unsupported for types that weights and their attributes do not have. */
export function readDatatype(file: FileBytes, at: number): ElementType {
  const kind = file.u8(at) & 15;
  const flags = file.u8(at + 1);
  const size = file.u32(at + 4);
  const isBigEndian = (flags & 1) !== 0;
  const number = (code: string): ElementType => numberType(code, isBigEndian);
  const isWhole = (): boolean =>
    file.u16(at + PREFIX) === 0 && file.u16(at + PREFIX + 2) === 8 * size;
  switch (kind) {
    case Class.integer:
      if (isWhole()) return number(`${flags & 8 ? 'i' : 'u'}${size}`);
      break;
    case Class.float:
      if (isWhole() && file.u8(at + PREFIX + 5) === BITS_OF_EXPONENT[size])
        return number(`f${size}`);
      if (size in BITS_OF_EXPONENT) break;
      return { kind: 'other', description: `extended floats of ${size} bytes (np.longdouble)` };
    case Class.enumerated: // h5py stores booleans like this
      if ((file.u8(at + PREFIX) & 15) === Class.integer) return readDatatype(file, at + PREFIX);
      break;
    case Class.string:
      return { kind: 'fixedString', size };
    case Class.opaque:
      return { kind: 'opaque', size };
    case Class.variable:
      if ((flags & 15) === 1) return { kind: 'variableString' };
      break;
    case Class.compound:
      return { kind: 'other', description: describeCompound(file, at, size) };
  }
  if (kind in OTHERS) return { kind: 'other', description: OTHERS[kind]! };
  throw new Unsupported(`elements of type class ${kind}`);
}

const OTHERS: Record<number, string> = {
  2: 'times',
  4: 'bit fields',
  7: 'references',
  9: 'sequences of any length',
  10: 'arrays (an array type)',
};

// h5py stores complex numbers as records of two fields named r and i.
function describeCompound(file: FileBytes, at: number, size: number): string {
  const first = file.text(at + PREFIX, Math.min(64, file.size - at - PREFIX));
  if (file.u16(at + 1) === 2 && first === 'r') return `complex numbers (complex${8 * size})`;
  return `records of several fields (a compound type of ${size} bytes)`;
}

/** The type of elements in words. */
export function describeType(type: ElementType): string {
  switch (type.kind) {
    case 'number':
      return type.dtype;
    case 'fixedString':
      return `strings of ${type.size} bytes`;
    case 'variableString':
      return 'strings';
    case 'opaque':
      return `opaque blocks of ${type.size} bytes`;
    case 'other':
      return type.description;
  }
}

function numberType(code: string, isBigEndian: boolean): ElementType {
  const dtype = fromNumpy(code);
  if (dtype === undefined) throw new Unsupported(`elements of type ${code}`);
  return { kind: 'number', dtype, isBigEndian };
}

const EMPTY = 2;
const MOST_DIMENSIONS = 32;

/** The shape at an address; undefined for a null dataspace. */
export function readShape(file: FileBytes, at: number): number[] | undefined {
  const version = file.u8(at);
  if (version !== 1 && version !== 2) throw new Damaged('a shape has an unknown version');
  const rank = file.u8(at + 1);
  if (rank > MOST_DIMENSIONS) throw new Damaged(`a shape has ${rank} dimensions`);
  if (version === 2 && file.u8(at + 3) === EMPTY) return undefined;
  const start = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => file.length(start + 8 * axis));
}
