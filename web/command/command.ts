// What a subcommand is, and the options that all have.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './failure.js';

type OptionTypes = NonNullable<ParseArgsConfig['options']>;

/** The values of options by name, dashes included. */
export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What the value is called in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** A subcommand: `keras-wasm summary`. */
export interface Subcommand {
  readonly name: string;
  /** The positional arguments, as the help shows them: `MODEL [DATA...]`. */
  readonly arguments: string;
  /** The number of positional arguments, at least and at most. */
  readonly count: readonly [least: number, most: number];
  readonly summary: string;
  /** More paragraphs of the help. */
  readonly details?: string;
  readonly options: Readonly<Record<string, Option>>;
  run(positionals: readonly string[], options: Options): Promise<void>;
}

/** Options of every subcommand. */
export const commonOptions: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'Print JSON instead of text.' },
  import: {
    type: 'string',
    value: 'MODULE',
    help: 'A JavaScript module with custom classes and Lambda bodies (docs/command.md).',
  },
  variant: { type: 'string', value: 'NAME', help: 'auto, simd, relaxed or threads.' },
  threads: { type: 'string', value: 'N', help: 'Number of threads.' },
  quiet: { type: 'boolean', short: 'q', help: 'No warnings and no progress.' },
  help: { type: 'boolean', short: 'h', help: 'Print this help.' },
};

/** Parses the arguments of a subcommand. UsageError for unknown options and a wrong number of arguments. */
export function parse(
  command: Subcommand,
  args: readonly string[],
): { positionals: readonly string[]; options: Options } {
  const options = { ...command.options, ...commonOptions };
  const types: OptionTypes = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short === undefined ? {} : { short }) },
    ]),
  );
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: types, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify.*$/s, '.'));
  }
  const { positionals, values } = parsed;
  const [least, most] = command.count;
  if (values['help'] !== true && (positionals.length < least || positionals.length > most))
    throw new UsageError(
      `\`keras-wasm ${command.name}\` takes ${command.arguments || 'no arguments'}. Received: ${positionals.length} arguments`,
    );
  return { positionals, options: values as Options };
}

/** The help of a subcommand. */
export function helpOf(command: Subcommand): string {
  const usage = ['Usage: keras-wasm', command.name, command.arguments, '[options]'];
  const rows = Object.entries({ ...command.options, ...commonOptions }).map(
    ([name, { short, value, help }]): [string, string] => [
      `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`,
      help,
    ],
  );
  const paragraphs = [
    usage.filter(Boolean).join(' '),
    command.summary,
    ...(command.details ? [command.details] : []),
    `Options:\n${table(rows)}`,
  ];
  return paragraphs.join('\n\n');
}

/** Rows of two columns. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/** The value of an option that takes text. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The value of an option that takes a positive whole number. */
export function positive(options: Options, name: string): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || !Number.isSafeInteger(number))
    throw new UsageError(`--${name} takes a positive whole number. Received: ${value}`);
  return number;
}

/** The value of an option that is one of some words. */
export function choice<Word extends string>(
  options: Options,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = text(options, name);
  if (value === undefined || words.includes(value as Word)) return value as Word | undefined;
  throw new UsageError(`--${name} is one of ${words.join(', ')}. Received: ${value}`);
}
