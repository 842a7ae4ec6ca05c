// `.npz` files: a zip archive of NumPy arrays by name, or of a list as `arr_0`, `arr_1`, ... (numpy.savez).
import { ValueError } from '../../../errors/errors.js';
import { asFloat32 } from '../../core_arrays.js';
import type { NamedArray, NamedArrays } from '../../named_arrays.js';
import { namedWeights } from '../../named_weights.js';
import { readArchive, type Archive } from '../../zip/archive.js';
import { writeArchive } from '../../zip/write_archive.js';
import type { PartedBytes } from '../../parted_bytes.js';
import type { FileToRead, SavedWeights } from '../file_format.js';
import { infoOf, isNumpyDType, readNpy, readNpyHeader, writeNpy } from '../../npy/npy.js';

const ENDING = '.npy';

/** Undefined for an archive that is not one of NumPy. */
export async function readNpz(file: FileToRead): Promise<SavedWeights | undefined> {
  const archive = await readArchive(file.input, file.name);
  if (!archive || !isOfArrays(archive)) return undefined;
  return namedWeights(await openArrays(archive));
}

const isOfArrays = ({ names }: Archive): boolean =>
  names.length > 0 && names.every((name) => name.endsWith(ENDING));

// The headers have to be known before the arrays are read, and members can only be read as a whole.
async function openArrays(archive: Archive): Promise<NamedArrays> {
  const members = new Map<string, Uint8Array>();
  for (const name of archive.names)
    members.set(name.slice(0, -ENDING.length), (await archive.read(name))!);
  return {
    infos: new Map([...members].map(([name, bytes]) => [name, infoOf(readNpyHeader(bytes, name))])),
    metadata: {},
    read: (name) => Promise.resolve().then(() => readNpy(members.get(name)!, name)),
  };
}

/** Refuses a single array: which weight it is for is unknown. */
export function refuseNpy({ name }: FileToRead): never {
  throw new ValueError(
    `${name} is a single array (\`.npy\`), not the weights of a model: save them with \`numpy.savez\`.`,
  );
}

/** An archive as `numpy.savez` writes it. Types that NumPy lacks become float32. */
export function writeNpz(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): PartedBytes {
  if (Object.keys(metadata).length > 0)
    throw new ValueError('`metadata` only supports `.safetensors` files.');
  const members = Object.create(null) as Record<string, Uint8Array>;
  for (const array of arrays) {
    const known = isNumpyDType(array.dtype) ? array : asFloat32(array);
    members[`${array.name}${ENDING}`] = writeNpy(known);
  }
  return writeArchive(members, new Date());
}
