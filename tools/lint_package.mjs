// npm run check: the package as it would be published, judged by publint and arethetypeswrong.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './lib/packages.mjs';
import { StepError } from './lib/process.mjs';

/** Problems that are meant: `require` loads modules in Node >= 20.19, and older resolutions of types do not know `exports`. */
const accepted = [
  { kind: 'CJSResolvesToESM' },
  { kind: 'NoResolution', resolutionKind: 'node10' },
  { kind: 'NoResolution', entrypoint: /\.wasm$/ },
  { kind: 'UntypedResolution', entrypoint: /\.(wasm|mjs)$/ },
];

/** Packs the package in dist/ and lists the problems that its users would have; empty when there are none. */
export async function packageProblems() {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-pack-'));
  try {
    await npm(['pack', '--silent', '--pack-destination', folder], { stdio: 'ignore' });
    const [file] = readdirSync(folder);
    const tarball = new Uint8Array(readFileSync(join(folder, file)));
    return [...(await publintProblems(tarball)), ...(await typeProblems(tarball))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publintProblems(tarball) {
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: tarball.buffer } });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function typeProblems(tarball) {
  const { checkPackage, createPackageFromTarballData } = await import('@arethetypeswrong/core');
  const { problems = [] } = await checkPackage(createPackageFromTarballData(tarball));
  return problems
    .filter((problem) => !accepted.some((each) => matches(problem, each)))
    .map(({ kind, entrypoint, resolutionKind }) =>
      ['arethetypeswrong:', kind, entrypoint, resolutionKind].filter(Boolean).join(' '),
    );
}

const matches = (problem, wanted) =>
  Object.entries(wanted).every(([name, value]) =>
    value instanceof RegExp ? value.test(problem[name]) : problem[name] === value,
  );

/** Fails when the package has problems. */
export async function lintPackage() {
  const problems = await packageProblems();
  if (problems.length > 0) throw new StepError(`The package:\n${problems.join('\n')}`);
}
