// Files as a newer Keras would write them.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

/** Renames layers in JSON to classes that Keras 3.15.1 does not have: RandomZoom becomes FutureZoom. */
export const withFutureClasses = (json) => json.replaceAll(/"Random(\w+)"/g, '"Future$1"');

/** A `.keras` file with layers of classes that Keras 3.15.1 does not have. */
export function fileOfNewerKeras(bytes) {
  const members = unzipSync(bytes);
  members['config.json'] = strToU8(withFutureClasses(strFromU8(members['config.json'])));
  return zipSync(members, { level: 0 });
}
