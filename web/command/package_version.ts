// The version of the installed package.
import { readFileSync } from 'node:fs';

/** The version that package.json states; undefined when it cannot be read. */
export function versionOfPackage(): string | undefined {
  try {
    const manifest = new URL('../package.json', import.meta.url); // beside the folder of the bundled command
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
