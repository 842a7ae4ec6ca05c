// What stands in a `.keras` file.
import { strFromU8, unzipSync, zipSync } from 'fflate';

/** The names of the members, in the file's order, and the two that are JSON. */
export function membersOf(bytes) {
  const members = unzipSync(bytes);
  const json = (name) => JSON.parse(strFromU8(members[name]));
  return {
    names: Object.keys(members),
    members,
    config: json('config.json'),
    metadata: json('metadata.json'),
  };
}

/** The file with these members, stored as Keras stores them. */
export const packed = (members) => zipSync(members, { level: 0 });
