// Errors about classes and functions that a config names and nobody defined: all of them at once, with the places and
// code to start from.

import { rememberingConfigs } from '../boundary/config_memory.js';
import { core } from '../boundary/core.js';
import { setNotes } from '../errors/notes.js';
import { errorOfKind, KerasError } from '../errors/errors.js';
import { parseJson } from '../boundary/json.js';
import type { Packed } from '../boundary/raw.js';
import { stubOf, type Stub } from './stubs.js';
import type { Config } from './config.js';
import type { UnknownObject, UnknownRow } from './unknown_object.js';

/**
 * Runs `body`, which revives `config`. When something unknown makes it fail, the error tells of everything unknown in
 * the config: in its message, and as `error.unknown`.
 */
export function listingUnknown<T>(config: () => Packed, safeMode: boolean, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw explained(error, config, safeMode);
  }
}

/**
 * Runs `body`, which clones a model. When something unknown makes it fail, the error tells of everything unknown as a
 * note, and as `error.unknown`.
 *
 * @param rows tells what is unknown, as the core does.
 */
export function notingUnknown<T>(rows: () => string, body: () => T): T {
  return rememberingConfigs((replay) => noting(() => replay(rows), body));
}

function noting<T>(rows: () => string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const found = findUnknown(error, rows);
    if (!found) throw error;
    const { cause, groups } = found;
    const { kind, message, path, notes = [] } = error as KerasError;
    const note = listing(groups);
    const noted = errorOfKind(kind, `${message}\n${note}`, cause?.path ?? path);
    setNotes(noted, [...notes, note]);
    throw Object.assign(noted, { unknown: groups.map(({ entry }) => entry) });
  }
}

/** Messages may end with whole configs, in which there is no use in searching. */
const searchedCharacters = 100_000;

interface Found {
  readonly cause: UnknownRow | undefined;
  readonly groups: readonly Group[];
}

// Empty when looking fails: it may run user code, whose error must not replace the first one.
function rowsOf(look: () => string): UnknownRow[] {
  try {
    return parseJson(look()) as unknown as UnknownRow[];
  } catch {
    return [];
  }
}

// Undefined for errors about other things.
function findUnknown(error: unknown, look: () => string): Found | undefined {
  if (!(error instanceof KerasError) || !['TypeError', 'ValueError'].includes(error.kind))
    return undefined;
  const rows = rowsOf(look);
  // Others may fail before: only what is unknown is explained.
  const text = error.message.slice(0, searchedCharacters);
  const cause = rows.find(({ message, path }) => text.includes(message) || error.path === path);
  if ((!cause && error.unknown.length === 0) || rows.length === 0) return undefined;
  return { cause, groups: grouped(rows) };
}

function explained(thrown: unknown, config: () => Packed, safeMode: boolean): unknown {
  const found = findUnknown(thrown, () => core().findUnknown(config(), safeMode));
  if (!found) return thrown;
  const error = thrown as KerasError;
  const { cause, groups } = found;
  const unknown = groups.map(({ entry }) => entry);
  const message = `${firstSentence(error, cause, unknown)}\n\n${listing(groups)}`;
  return Object.assign(errorOfKind(error.kind, message, cause?.path ?? error.path), { unknown });
}

// Keras's own, without what it wraps around it; the whole config only when there is a single one.
function firstSentence(
  error: KerasError,
  cause: UnknownRow | undefined,
  unknown: readonly UnknownObject[],
): string {
  const inner = error.message
    .split('Exception encountered: ')
    .at(-1)!
    .split('\n\nThis config names ')[0]!;
  const sentence = cause && error.message.includes(cause.message) ? cause.message : inner;
  return unknown.length === 1 && unknown[0]!.count === 1
    ? sentence
    : sentence.split(' Full object config: ')[0]!;
}

interface Group {
  readonly entry: UnknownObject;
  readonly stub: Stub;
}

function grouped(rows: readonly UnknownRow[]): Group[] {
  const groups = new Map<string, UnknownRow[]>();
  for (const row of rows) {
    const key = `${row.kind} ${row.registeredName}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => {
    const { kind, role, registeredName, className, module, path, record } = group[0]!;
    const stub = stubOf(group);
    const config = typeof record === 'string' ? record : (record['config'] as Config | string);
    const paths = group.map((row) => row.path);
    const entry: UnknownObject = {
      ...{ kind, role, registeredName, className, module, path },
      ...{ paths, count: paths.length, config, stub: stub.code },
    };
    return { entry, stub };
  });
}

/** So many places are named; the rest is counted. */
const shownPlaces = 4;

function listing(groups: readonly Group[]): string {
  const entries = groups.map(({ entry }) => entry);
  const lines = [`This config names ${counts(entries)} that nobody defined here:`];
  for (const entry of entries) lines.push(`- ${describe(entry)}: ${places(entry)}`);
  const code = groups.filter(({ entry }) => entry.kind !== 'lambda').map(({ stub }) => stub);
  if (code.length > 0) {
    const imports = [...new Set(code.flatMap((stub) => stub.imports))].sort();
    lines.push('', 'To start from, once for each:', '');
    if (imports.length > 0) lines.push(`import { ${imports.join(', ')} } from 'keras-wasm';`, '');
    lines.push(code.map((stub) => stub.code).join('\n\n'));
  }
  const lambdas = groups.filter(({ entry }) => entry.kind === 'lambda');
  if (lambdas.length > 0) {
    lines.push(
      '',
      'Lambda layers get JavaScript bodies by their names, as an option beside the source:',
      '',
    );
    lines.push('lambdas: {', ...lambdas.map(({ stub }) => `  ${stub.code}`), '}');
  }
  return lines.join('\n');
}

function describe({ kind, registeredName, className, module }: UnknownObject): string {
  if (kind === 'lambda') return `Lambda layer '${registeredName}'`;
  const name = registeredName === className ? className : `${registeredName} (${className})`;
  const origin = module === null || module === 'builtins' ? '' : ` of ${module}`;
  return `${kind} ${name}${origin}`;
}

function places({ paths, count }: UnknownObject): string {
  const shown = paths.slice(0, shownPlaces).map((path) => path || 'the config itself');
  const rest = count - shown.length;
  return `${count > 1 ? `${count} times, ` : ''}${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function counts(entries: readonly UnknownObject[]): string {
  const parts = (
    [
      ['class', 'class', 'classes'],
      ['function', 'function', 'functions'],
      ['lambda', 'Lambda layer', 'Lambda layers'],
    ] as const
  ).flatMap(([kind, one, many]) => {
    const count = entries.filter((entry) => entry.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
