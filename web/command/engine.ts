// Starts the engine and opens models as the common options say.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as keras from '../index.js';
import type { CustomObjects, LambdaBodies, LoadOptions, Model, Variant } from '../index.js';
import { choice, positive, text, type Options } from './command.js';
import { CommandError, naming, UsageError } from './failure.js';
import { beQuiet, clearProgress, note, progress } from './output.js';

const VARIANTS = ['auto', 'simd', 'relaxed', 'threads'] as const;

/** Starts the engine. */
export async function start(options: Options, preferred: Variant = 'auto'): Promise<void> {
  if (options['quiet'] === true) beQuiet();
  keras.setWarningHandler(
    options['quiet'] === true ? null : (message) => note(`warning: ${message}`),
  );
  const threads = positive(options, 'threads');
  const variant = choice(options, 'variant', VARIANTS) ?? (threads ? 'auto' : preferred);
  await keras.initialize({ variant, ...(threads === undefined ? {} : { threads }) });
}

/** Imports a JavaScript module given as a path. CommandError when it cannot be imported. */
export async function importModule(path: string): Promise<Record<string, unknown>> {
  return await naming(
    path,
    async () => (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>,
  );
}

interface ImportedNames {
  customObjects?: CustomObjects;
  lambdas?: LambdaBodies;
}

/** The names that the module of `--import` exports, or that its default function returns for the package. */
async function importedNames(options: Options): Promise<ImportedNames> {
  const path = text(options, 'import');
  if (path === undefined) return {};
  const module = await importModule(path);
  const names = (await madeBy(module)) as ImportedNames;
  const { customObjects, lambdas } = names;
  return { ...(customObjects ? { customObjects } : {}), ...(lambdas ? { lambdas } : {}) };
}

/** The exports of a module, or what its default function returns for the package: the modules of users have no other. */
export async function madeBy(module: Record<string, unknown>, ...more: unknown[]): Promise<object> {
  const { default: make } = module;
  if (typeof make !== 'function') return { ...module, ...(make as object | undefined) };
  const made = (await (make as (...args: unknown[]) => unknown)(keras, ...more)) ?? {};
  if (typeof made !== 'object') throw new CommandError('The default function returns an object.');
  return { ...module, ...made };
}

/** Opens a model file, or the JSON of a model's config. The engine must run. */
export async function openModel(path: string, options: Options): Promise<Model> {
  const names = await importedNames(options);
  return await naming(path, async () => {
    if (isConfig(path)) return keras.modelFromJson(await readFile(path, 'utf8'), names);
    const loading: LoadOptions = {
      ...names,
      onProgress: ({ phase, loaded, total }) =>
        progress(`${path}: ${phase} ${total ? `${Math.floor((100 * loaded) / total)} %` : ''}`),
    };
    const model = await keras.loadModel(path, loading);
    clearProgress();
    return model;
  });
}

/** Whether a path names the JSON of a config. */
export const isConfig = (path: string): boolean =>
  path.endsWith('.json') && !path.endsWith('.weights.json');

/** Starts the engine and opens a model. */
export async function startWith(path: string, options: Options): Promise<Model> {
  if (path === '') throw new UsageError('The path of the model is empty.');
  await start(options);
  return await openModel(path, options);
}
