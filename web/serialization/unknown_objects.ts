// Errors about classes and functions that a config names and nothing defines. They list all of them at once, with their
// paths and code to start from.

import { rememberingConfigs } from '../boundary/config_memory.js';
import { setNotes } from '../errors/notes.js';
import { errorOfKind, KerasError, setUnknownName, unknownNameOf } from '../errors/errors.js';
import { parseJson } from '../boundary/json.js';
import { stubOf, type Stub } from './stubs.js';
import type { Config } from '../base/config.js';
import type { UnknownObject, UnknownRow } from '../errors/unknown_object.js';

/**
 * Runs `body`, which revives a config. When something unknown makes it fail, the error lists everything unknown in the
 * config: in its message, and as `error.unknown`.
 *
 * @param rows returns what the core finds unknown in the config.
 */
export function listingUnknown<T>(rows: () => string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw explained(error, rows);
  }
}

/**
 * Runs `body`, which clones a model. When something unknown makes it fail, the error lists everything unknown in a note
 * and as `error.unknown`.
 *
 * @param rows returns what the core finds unknown in the config.
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
    const { kind, message, notes = [] } = error as KerasError;
    const note = listing(found.groups);
    const noted = withUnknown(found, kind, `${message}\n${note}`);
    setNotes(noted, [...notes, note]);
    throw noted;
  }
}

interface Found {
  /** The occurrence that made the error. */
  readonly cause: UnknownRow;
  readonly groups: readonly Group[];
}

// Empty when the search fails: it may run user code, whose error must not replace the first one.
function rowsOf(look: () => string): UnknownRow[] {
  try {
    return parseJson<UnknownRow[]>(look());
  } catch {
    return [];
  }
}

// Undefined for errors about other things.
function findUnknown(error: unknown, look: () => string): Found | undefined {
  if (!(error instanceof KerasError)) return undefined;
  const name = unknownNameOf(error);
  if (name === undefined) return undefined;
  const rows = rowsOf(look);
  const named = rows.filter((row) => name === row.registeredName || name === row.className);
  const isAtPath = ({ path }: UnknownRow) => path === error.path;
  const cause = named.find(isAtPath) ?? named[0] ?? rows.find(isAtPath);
  return cause && { cause, groups: grouped(rows) };
}

function explained(error: unknown, rows: () => string): unknown {
  const found = findUnknown(error, rows);
  if (!found) return error;
  const message = `${firstSentence(found)}\n\n${listing(found.groups)}`;
  return withUnknown(found, (error as KerasError).kind, message);
}

function withUnknown({ cause, groups }: Found, kind: string, message: string): KerasError {
  const error = errorOfKind(kind, message, cause.path);
  setUnknownName(error, cause.registeredName);
  return Object.assign(error, { unknown: groups.map(({ entry }) => entry) });
}

// Keras's own sentence. The config at its end is left out when several are listed.
function firstSentence({ cause, groups }: Found): string {
  return groups.length === 1 && groups[0]!.entry.count === 1
    ? cause.message
    : cause.message.split(' Full object config: ')[0]!;
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

/** More paths are only counted. */
const shownPaths = 4;

function listing(groups: readonly Group[]): string {
  const entries = groups.map(({ entry }) => entry);
  const lines = [`This config names ${counts(entries)} that nobody defined here:`];
  for (const entry of entries) lines.push(`- ${describe(entry)}: ${pathsText(entry)}`);
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

function pathsText({ paths, count }: UnknownObject): string {
  const shown = paths.slice(0, shownPaths).map((path) => path || 'the config itself');
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
