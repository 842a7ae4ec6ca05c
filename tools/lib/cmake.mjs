// Configures and builds a CMake preset with the toolchain.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkout } from './paths.mjs';

/**
 * Builds targets of a preset in build/<folder>. CMake notices changed lists by itself; the folder is configured again when
 * the toolchain, the presets or `variables` change.
 */
export async function cmakeBuild(
  toolchain,
  preset,
  { folder = preset, targets = ['all'], variables = {} } = {},
) {
  const path = join('build', folder);
  const stamp = join(checkout, path, '.configured');
  const presets = readFileSync(join(checkout, 'CMakePresets.json'));
  const settings = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
  const wanted = createHash('sha256')
    .update(toolchain.id)
    .update(presets)
    .update(settings.join())
    .digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(join(checkout, path), { recursive: true, force: true });
    await toolchain.run([
      'cmake',
      '--preset',
      preset,
      '-B',
      path,
      ...settings,
      '--log-level=WARNING',
    ]);
    mkdirSync(join(checkout, path), { recursive: true });
    writeFileSync(stamp, wanted);
  }
  const jobs = String(availableParallelism());
  await toolchain.run(['cmake', '--build', path, '-j', jobs, '--target', ...targets]);
}
