// What a setup works with: a folder outside the repository that has the packed package, a web server, and browsers.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { filesOf, serveFiles } from '../lib/file_server.mjs';
import { StepError } from '../lib/process.mjs';
import { browsers } from './browsers.mjs';
import { model } from './program.mjs';

const patience = 600_000; // milliseconds

/** One setup in its folder. Call `close` in the end. */
export class Context {
  /** Programs that every setup shares: the folder of their `node_modules`. */
  constructor(folder, programs, opened) {
    this.folder = folder;
    this.programs = programs;
    this.opened = opened;
    this.closers = [];
    this.write('model.keras', model);
  }

  /** Writes files of the setup. */
  write(name, content) {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** The path of a program. */
  program(name) {
    return join(this.programs, 'node_modules/.bin', name);
  }

  start(command, { env = {} } = {}) {
    const [program, ...args] = command;
    const path = `${join(this.programs, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { ...process.env, CI: '1', PATH: path, ...env },
      detached: true,
    });
    this.closers.push(() => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    });
    return child;
  }

  /** Runs a command to its end and returns its output. StepError when it fails. */
  async run(command, options) {
    const child = this.start(command, options);
    const output = { stdout: '', stderr: '' };
    for (const name of Object.keys(output))
      child[name].setEncoding('utf8').on('data', (chunk) => (output[name] += chunk));
    const status = await within(
      new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)),
      command.join(' '),
    );
    if (status !== 0)
      throw new StepError(
        `${command.join(' ')}: exit code ${status}\n${output.stdout}${output.stderr}`,
      );
    return output.stdout;
  }

  /** Runs a command, and returns the result that its last line has. */
  async result(command, options) {
    return JSON.parse((await this.run(command, options)).trim().split('\n').at(-1));
  }

  /** Starts a server that does not end, and returns the address that its output names. */
  async server(command, options) {
    const child = this.start(command, options);
    let output = '';
    return await within(
      new Promise((resolve, reject) => {
        const hear = (chunk) => {
          output += chunk;
          const found = /http:\/\/(localhost|127\.0\.0\.1):\d+/.exec(
            output.replaceAll(/\x1b\[\d+m/g, ''),
          );
          if (found) resolve(found[0]);
        };
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', hear);
        child.on('close', () => reject(new StepError(`${command.join(' ')}:\n${output}`)));
      }),
      command.join(' '),
    );
  }

  /** Serves a folder of the setup; returns the address. */
  async serve(name = '.', headers = {}) {
    const { address, close } = await serveFiles(filesOf(join(this.folder, name)), headers);
    this.closers.push(close);
    return address;
  }

  /** An address that receives the result of a page, and the promise of it. */
  async report() {
    let receive;
    const result = new Promise((resolve) => (receive = resolve));
    const server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.end();
      if (request.method === 'POST') receive(JSON.parse(Buffer.concat(chunks).toString()));
    });
    return { address: await this.listen(server), result: () => within(result, 'the page') };
  }

  async listen(server) {
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    this.closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
  }

  /** Opens a page in a browser, which stays open for the next setups. */
  async visit(address, name = 'chromium') {
    this.opened[name] ??= browsers[name](this.programs);
    await (await this.opened[name]).visit(address);
  }

  close() {
    for (const close of this.closers.reverse()) close();
  }
}

async function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new StepError(`It took too long: ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
