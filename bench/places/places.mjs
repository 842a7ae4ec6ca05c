// The places in which contenders are measured.
import { inPackages } from '../packages.mjs';
import { chromiumPlace, slowChromiumPlace } from './chromium.mjs';
import { nodePlace } from './node.mjs';

/** All places. `node20` is the Node that runs the bench, whatever its version. */
export const places = [
  { name: 'node20' },
  { name: 'node24' },
  { name: 'chromium' },
  { name: 'chromium-10mbit' },
];

export async function openPlace(name, files) {
  switch (name) {
    case 'node20':
      return nodePlace(name, process.execPath);
    case 'node24':
      return nodePlace(name, inPackages('node/bin/node'));
    case 'chromium':
      return chromiumPlace(name, files);
    case 'chromium-10mbit':
      return slowChromiumPlace(name, files, 10);
  }
  throw new Error(`There is no place ${name}`);
}
