// keras-wasm doctor: what this machine and this installation can do.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as keras from '../../index.js';
import { hasRelaxedSimd, hasSimd } from '../../runtime/features.js';
import { choice, positive, table, type Subcommand } from '../command.js';
import { messageOf } from '../failure.js';
import { print } from '../output.js';
import { versionOfPackage } from '../package_version.js';

/** The files of the package, and whether nothing runs without them. */
const FILES: readonly (readonly [name: string, isRequired: boolean])[] = [
  ['index.js', true],
  ['keras.mjs', true],
  ['keras.wasm', true],
  ['keras-rest.wasm', false],
  ['keras-relaxed.wasm', false],
  ['keras-relaxed-rest.wasm', false],
  ['keras-threads.mjs', false],
  ['keras-threads.wasm', false],
  ['keras-threads-simd.wasm', false],
  ['keras-worker.mjs', false],
  ['keras-onnx.mjs', false],
];

export const doctor: Subcommand = {
  name: 'doctor',
  arguments: '',
  count: [0, 0],
  summary:
    'Prints what this machine and this installation can do, and tries whether the engine computes.',
  options: {},
  async run(_, options) {
    const variant = choice(options, 'variant', ['auto', 'simd', 'relaxed', 'threads'] as const);
    const threads = positive(options, 'threads');
    const engine = await tryEngine({
      ...(variant ? { variant } : {}),
      ...(threads === undefined ? {} : { threads }),
    });
    const files = FILES.map(([name, isRequired]) => ({ name, size: sizeOf(name), isRequired }));
    const found = {
      package: versionOfPackage() ?? null,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processors: availableParallelism(),
      simd: hasSimd(),
      relaxedSimd: hasRelaxedSimd(),
      sharedMemory: typeof SharedArrayBuffer === 'function',
      engine,
      files,
      formats: keras.fileFormats().flatMap(({ endings }) => endings),
    };
    const isMissing = files.some(({ size, isRequired }) => size === null && isRequired);
    if (isMissing || 'error' in engine) process.exitCode = 1;
    await print(options['json'] === true ? JSON.stringify(found, null, 2) : textOf(found));
  },
};

type Engine = { variant: string; threads: number; computes: boolean } | { error: string };

async function tryEngine(options: keras.InitializeOptions): Promise<Engine> {
  try {
    const { variant, threads } = await keras.initialize(options);
    const sum = keras.ops.sum(keras.tensor([1, 2, 3])).array();
    return { variant, threads, computes: sum === 6 };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function sizeOf(name: string): number | null {
  try {
    return statSync(new URL(`./${name}`, import.meta.url)).size;
  } catch {
    return null;
  }
}

function textOf({
  engine,
  files,
  formats,
  ...rest
}: Record<string, unknown> & {
  engine: Engine;
  files: readonly { name: string; size: number | null; isRequired: boolean }[];
  formats: readonly string[];
}): string {
  const running =
    'error' in engine
      ? `does not start: ${engine.error}`
      : `${engine.variant}, ${engine.threads} thread${engine.threads === 1 ? '' : 's'}`;
  const rows = Object.entries({ ...rest, engine: running, formats: formats.join(' ') });
  const sizes = files.map(({ name, size, isRequired }): [string, string] => [
    name,
    size === null
      ? `missing${isRequired ? '' : ' (needed by some variants only)'}`
      : `${size} bytes`,
  ]);
  const shown = rows.map(([name, value]): [string, string] => [name, shownValue(value)]);
  return `${table(shown)}\n\nFiles:\n${table(sizes)}`;
}

const shownValue = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? 'unknown');
