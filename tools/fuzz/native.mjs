// Runs the core under libFuzzer with sanitizers: configs of the fixtures, mutated by native-tests/fuzz.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { cmakeBuild } from '../lib/cmake.mjs';
import { filesBelow } from '../lib/files.mjs';
import { checkout } from '../lib/paths.mjs';
import { announce, StepError } from '../lib/process.mjs';
import { findToolchain } from '../toolchain/find.mjs';
import { goldenConfigs } from './inputs.mjs';

const corpus = 'build/fuzz/corpus';
const found = 'build/fuzz/native-';

/** Builds keras_fuzz and runs it for this time. Throws a StepError when it finds something. */
export async function fuzzNatively(seconds, workers) {
  const toolchain = await findToolchain();
  const compiler = await findClang(toolchain);
  announce('Building keras_fuzz');
  const variables = { CMAKE_CXX_COMPILER: compiler };
  await cmakeBuild(toolchain, 'fuzz', { targets: ['keras_fuzz'], variables });
  writeCorpus();
  announce(`libFuzzer for ${seconds} s`);
  await toolchain.run([
    'build/fuzz/keras_fuzz',
    corpus,
    ...[`-max_total_time=${seconds}`, `-fork=${workers}`, '-timeout=20', '-rss_limit_mb=4096'],
    ...['-max_len=65536', `-artifact_prefix=${found}`, '-print_final_stats=1', '-detect_leaks=0'],
  ]);
}

// The self-made toolchain installs the runtime on first use; other toolchains must have it.
async function findClang(toolchain) {
  const script = `
    clang=$(ls /usr/bin/clang++-[0-9]* /usr/bin/clang++ 2>/dev/null | sort -V | tail -n 1)
    clang=\${clang:-$(command -v clang++)}
    runtime() { ls "$($clang -print-resource-dir)"/lib/*/libclang_rt.fuzzer*x86_64* >/dev/null 2>&1; }
    if [ -n "$clang" ] && ! runtime && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      package=libclang-rt-\${clang##*-}-dev
      options="-qq -o Acquire::Check-Valid-Until=false"
      (apt-get $options install -y --no-install-recommends $package ||
        (apt-get $options update; apt-get $options install -y --no-install-recommends $package)) >&2
    fi
    [ -n "$clang" ] && runtime && echo "$clang"`;
  const output = await toolchain.runAndRead(['sh', '-c', script]).catch(() => '');
  const compiler = output.trim().split('\n').at(-1);
  if (compiler) return compiler;
  throw new StepError('keras_fuzz needs clang and its compiler-rt (libFuzzer). Please install.');
}

// Named by content, as libFuzzer names its additions.
function writeCorpus() {
  const folder = join(checkout, corpus);
  mkdirSync(folder, { recursive: true });
  const archives = filesBelow(join(checkout, 'js-tests/fixtures/files'), '.keras').flatMap(
    (path) => {
      const members = unzipSync(readFileSync(path), {
        filter: ({ name }) => name === 'config.json',
      });
      return Object.values(members).map((bytes) => strFromU8(bytes));
    },
  );
  for (const text of [...archives, ...[...goldenConfigs()].map(({ text }) => text)])
    writeFileSync(join(folder, createHash('sha1').update(text).digest('hex')), text);
}
