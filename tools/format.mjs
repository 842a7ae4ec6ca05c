// npm run format [-- paths...]: formats C++ and JavaScript, everywhere or in some files and folders.
import { join, resolve } from 'node:path';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readArguments } from './lib/arguments.mjs';
import { filesBelow } from './lib/files.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, run } from './lib/process.mjs';
import { findToolchain } from './toolchain/find.mjs';

/** Formats, or with `check` fails when a file is not formatted. */
export async function format({ paths = [], check = false }) {
  await ensurePackages();
  const toolchain = await findToolchain();
  announce(check ? 'Checking the format' : 'Formatting');
  const sources = (paths.length ? paths : ['src', 'native-tests']).flatMap(cppFiles);
  if (sources.length) {
    const mode = check ? ['--dry-run', '--Werror'] : ['-i'];
    await toolchain.run(['clang-format', ...mode, ...sources], { label: 'clang-format' });
  }
  const prettier = [join(checkout, 'node_modules/prettier/bin/prettier.cjs'), '--log-level=warn'];
  const where = paths.length ? paths : ['.'];
  await run(
    process.execPath,
    [...prettier, '--ignore-unknown', check ? '--check' : '--write', ...where],
    { cwd: checkout, label: 'prettier' },
  );
}

function cppFiles(path) {
  const full = resolve(checkout, path);
  if (statSync(full).isDirectory()) return filesBelow(full, '.h', '.cpp');
  return /\.(h|cpp)$/.test(full) ? [full] : [];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => {
    const usage = 'Usage: npm run format [-- paths...]';
    return format({ paths: readArguments(usage, {}, { allowPositionals: true }).positionals });
  });
}
