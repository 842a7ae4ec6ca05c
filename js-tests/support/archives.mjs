// The content of `.keras` files.
import { strFromU8, unzipSync, zipSync } from 'fflate';

/** The members, their names in the file's order, and the parsed JSON. */
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

/** An archive of these members, not compressed, as Keras writes it. */
export const packed = (members) => zipSync(members, { level: 0 });
