// Saves models by the endings of paths, in all formats of the package.
import { writeFile } from 'node:fs/promises';
import { fileFormats, saveModel, saveWeights, type FileFormatInfo, type Model } from '../index.js';
import { isConfig } from './engine.js';
import { naming, UsageError } from './failure.js';

// Of several endings that fit, the longest says what the file is: `.weights.h5`, not `.h5`.
function formatOf(path: string): FileFormatInfo | undefined {
  let found: FileFormatInfo | undefined;
  let length = 0;
  for (const format of fileFormats())
    for (const ending of format.endings)
      if (path.endsWith(ending) && ending.length > length) {
        found = format;
        length = ending.length;
      }
  return found;
}

/** UsageError unless a model can be saved under that path. */
export function checkModelPath(path: string): void {
  const format = formatOf(path);
  if (isConfig(path) || format?.writesModels || format?.writesWeights) return;
  const endings = fileFormats()
    .filter(({ writesModels, writesWeights }) => writesModels || writesWeights)
    .flatMap(({ endings }) => endings);
  throw new UsageError(`Files of models end in ${endings.join(', ')} or .json. Received: ${path}`);
}

/** The largest size of one file of weights, in gigabytes, unless `maxShardSize` says otherwise: weights of any model. */
const ONE_SHARD = 1024;

/** Saves a model, its weights, or its config, as the ending of the path says. */
export async function saveTo(model: Model, path: string, maxShardSize = ONE_SHARD): Promise<void> {
  const format = formatOf(path);
  await naming(path, async () => {
    if (isConfig(path)) await writeFile(path, `${model.toJson()}\n`);
    else if (format?.writesModels) await saveModel(model, path);
    else if (path.endsWith('.json')) await saveWeights(model, path, { maxShardSize });
    else await saveWeights(model, path);
  });
}
