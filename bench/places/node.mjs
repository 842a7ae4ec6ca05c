// Contenders in Node: one process each.
import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { read } from '../../tools/lib/process.mjs';

const program = fileURLToPath(new URL('node_process.mjs', import.meta.url));

/**
 * Node, at a path. A place offers open(contender), whose actor has call(method, parameters) and close(), and
 * startOnce(job): see actor.mjs.
 */
export function nodePlace(name, executable) {
  const version = read(executable, ['--version'])?.trim();
  const relaxed = read(executable, [program, '--relaxed'])?.trim() === 'true';
  return {
    name,
    title: `Node ${version.slice(1)}`,
    // LiteRT has threads only together with relaxed SIMD; TensorFlow.js only in browsers.
    kinds: relaxed ? ['relaxed', 'plain', 'threads'] : ['plain', 'threads'],
    lacks: relaxed ? ['tfjs threads'] : ['tfjs threads', 'litert threads'],
    open: async (contender) => openActor(executable, contender),
    startOnce: (job) => startOnce(executable, job),
    close: async () => {},
  };
}

function openActor(executable, contender) {
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'];
  const child = fork(program, [], { execPath: executable, execArgv: ['--expose-gc'], stdio });
  const complaints = lastLines(child.stderr);
  let waiting;
  child.on('message', ({ result, error }) => {
    if (error) waiting.reject(new Error(error));
    else waiting.resolve(result);
  });
  child.on('exit', (code, signal) => {
    waiting?.reject(new Error(`the process ended (${signal ?? code}): ${complaints()}`));
  });
  return {
    call(method, parameters) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        child.send({ method, parameters: { contender, ...parameters } }, (error) => {
          if (error) reject(error);
        });
      });
    },
    close() {
      waiting = undefined;
      child.kill('SIGKILL');
    },
  };
}

/** A process that does the job of startOnce() and ends. Adds `memory`, its largest resident size in bytes. */
function startOnce(executable, job) {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, [program, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const complaints = lastLines(child.stderr);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => {
      const result = output.match(/^RESULT (.*)$/m);
      if (result) resolve(JSON.parse(result[1]));
      else reject(new Error(complaints()));
    });
  });
}

function lastLines(stream) {
  let text = '';
  stream.on('data', (chunk) => (text = (text + chunk).slice(-2000)));
  return () => text.trim().split('\n').slice(-3).join(' / ');
}
