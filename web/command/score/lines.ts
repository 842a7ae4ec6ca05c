// Lines of a stream, read as they are needed.
import { CommandError } from '../failure.js';

export interface Line {
  /** From 1 on. */
  readonly number: number;
  readonly text: string;
}

const NEWLINE = 0x0a;

/** The lines of a stream of UTF-8. CommandError for a line of more than `most` bytes. */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let number = 0;
  let parts: Uint8Array[] = [];
  let size = 0;
  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size > most) throw new CommandError(`line ${number + 1}: it has more than ${most} bytes`);
    parts.push(part);
  };
  const take = (): Line => {
    const text = decoder.decode(Buffer.concat(parts)).replace(/\r$/, '');
    parts = [];
    size = 0;
    return { number: ++number, text };
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end; (end = chunk.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      add(chunk.subarray(start, end));
      yield take();
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield take();
}
