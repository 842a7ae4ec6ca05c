// The content of HDF5 files, through the HDF5 library.
import h5wasm from 'h5wasm';

const { FS } = await h5wasm.ready;
let files = 0;

/** Runs `body` with the open file. By default files are laid out as by h5py. */
export function withFile(bytes, mode, body, options = { libver: ['earliest', 'latest'] }) {
  const name = `test-${files++}.h5`;
  if (bytes) FS.writeFile(name, bytes);
  const file = new h5wasm.File(name, mode, options);
  try {
    const result = body(file);
    file.flush();
    return { result, bytes: FS.readFile(name) };
  } finally {
    file.close();
    FS.unlink(name);
  }
}

const FLOAT = 1;

/** The arrays below a group, by path, as [shape, numbers]; without numbers for half precision, which the library lacks. */
export function arraysOf(bytes, below = '') {
  return withFile(bytes, 'r', (file) => {
    const found = {};
    for (const path of file.paths()) {
      const entity = file.get(path);
      if (!('dtype' in entity) || !path.startsWith(below)) continue;
      const { type, size } = entity.metadata;
      found[path] = [
        entity.shape,
        [type === FLOAT && size < 4 ? [] : entity.value]
          .flat(Infinity)
          .map((v) => [...(ArrayBuffer.isView(v) ? v : [v])].map(Number))
          .flat(),
      ];
    }
    return found;
  }).result;
}

/** The values of a group's attributes, by name. */
export function attributesOf(bytes, group = '/') {
  return withFile(bytes, 'r', (file) => {
    const { attrs } = file.get(group);
    return Object.fromEntries(Object.entries(attrs).map(([name, { value }]) => [name, value]));
  }).result;
}
