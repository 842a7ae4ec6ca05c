// What stands in an HDF5 file, by the library itself.
import h5wasm from 'h5wasm';

const { FS } = await h5wasm.ready;
let files = 0;

/** Runs `body` with the open file. */
export function withFile(bytes, mode, body) {
  const name = `test-${files++}.h5`;
  if (bytes) FS.writeFile(name, bytes);
  const file = new h5wasm.File(name, mode);
  try {
    const result = body(file);
    file.flush();
    return { result, bytes: FS.readFile(name) };
  } finally {
    file.close();
    FS.unlink(name);
  }
}

/** The arrays below a group, by path, as [shape, numbers]. */
export function arraysOf(bytes, below = '') {
  return withFile(bytes, 'r', (file) => {
    const found = {};
    for (const path of file.paths()) {
      const entity = file.get(path);
      if (!('dtype' in entity) || !path.startsWith(below)) continue;
      found[path] = [
        entity.shape,
        [entity.value]
          .flat(Infinity)
          .map((v) => [...(ArrayBuffer.isView(v) ? v : [v])].map(Number))
          .flat(),
      ];
    }
    return found;
  }).result;
}

/** The attributes of a group; texts as they are. */
export function attributesOf(bytes, group = '/') {
  return withFile(bytes, 'r', (file) => {
    const { attrs } = file.get(group);
    return Object.fromEntries(Object.entries(attrs).map(([name, { value }]) => [name, value]));
  }).result;
}
