// Streams that take the bytes of a file: of the web, of Node, and of file handles of browsers.
import type { ByteSink } from './platform_types.js';

/** A writable stream of Node. */
export interface NodeSink {
  write(bytes: Uint8Array, callback: (error?: Error | null) => void): unknown;
  end(callback: () => void): unknown;
  destroy(error?: Error): unknown;
  on(event: 'error' | 'close', listener: (error?: Error) => void): unknown;
}

/** A file that can be written to, such as `FileSystemFileHandle`. */
export interface WritableHandle {
  readonly name: string;
  createWritable(): Promise<ByteSink>;
}

/** What takes the bytes of a file one after the other. */
export type ByteTarget = ByteSink | NodeSink | WritableHandle;

const has = (value: unknown, method: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Record<string, unknown>)[method] === 'function';

const isSink = (value: unknown): value is ByteSink => has(value, 'getWriter');

const isWritableHandle = (value: unknown): value is WritableHandle => has(value, 'createWritable');

/** Whether the value takes bytes, unlike paths. */
export const isByteTarget = (value: unknown): value is ByteTarget =>
  isSink(value) || isWritableHandle(value) || (has(value, 'write') && has(value, 'end'));

/** The name of a file handle; streams have none. */
export const nameOfTarget = (target: ByteTarget): string | undefined =>
  isWritableHandle(target) ? target.name : undefined;

export interface StreamOptions {
  /** Called after each part with the bytes written so far. An error that it throws ends the writing. */
  onProgress?: ((written: number, total: number) => void) | undefined;
}

interface OpenTarget {
  /** Resolves when the target takes more. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(reason: unknown): Promise<void>;
}

/** The blocks of a file, and its size. */
export interface StreamedFile {
  readonly length: number;
  blocks(): Iterable<Uint8Array<ArrayBuffer>>;
}

/**
 * Writes a file once `made` resolves, waiting while the target is busy, and closes the target. When anything fails, `made`
 * included, the target is aborted; a handle then keeps the file as it was.
 */
export async function writeToTarget(
  target: ByteTarget,
  made: Promise<StreamedFile>,
  { onProgress }: StreamOptions,
): Promise<void> {
  await Promise.allSettled([made]); // an error of `made` is handled below
  const open = await openTarget(target);
  try {
    const file = await made;
    let written = 0;
    for (const block of file.blocks()) {
      const { length } = block;
      await open.write(block);
      written += length;
      onProgress?.(written, file.length);
    }
    await open.close();
  } catch (error) {
    await open.abort(error).catch(() => undefined);
    throw error;
  }
}

async function openTarget(target: ByteTarget): Promise<OpenTarget> {
  const sink = isWritableHandle(target) ? await target.createWritable() : target;
  return isSink(sink) ? ofSink(sink) : ofNode(sink);
}

// Throws TypeError when something else writes to the stream.
function ofSink(sink: ByteSink): OpenTarget {
  const writer = sink.getWriter();
  return {
    write: (bytes) => writer.write(bytes),
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  };
}

function ofNode(stream: NodeSink): OpenTarget {
  const ended = new Promise<never>((_, reject) => {
    stream.on('error', reject); // it also prevents that an error without a listener ends the process
    stream.on('close', () => reject(new Error('The stream was closed before it had all bytes.')));
  });
  ended.catch(() => undefined);
  return {
    write: (bytes) =>
      Promise.race([
        ended,
        new Promise<void>((resolve, reject) => {
          stream.write(bytes, (error) => (error ? reject(error) : resolve()));
        }),
      ]),
    close: () => Promise.race([ended, new Promise<void>((resolve) => stream.end(resolve))]),
    abort(reason) {
      stream.destroy(reason instanceof Error ? reason : undefined);
      return Promise.resolve();
    },
  };
}
