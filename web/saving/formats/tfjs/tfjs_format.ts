// Layers models of TensorFlow.js: a `model.json` with the config, and shards with the weights.
import { readAll } from '../../../runtime/platform/byte_source.js';
import { jsonText } from '../../json_text.js';
import { namedWeights } from '../../named_weights.js';
import type { FileToRead, ModelLimits, SavedModel, SavedWeights } from '../file_format.js';
import { readAllBeside } from '../read_beside.js';
import { jsonMember } from './json_member.js';
import { matchLayers } from './match_layers.js';
import { isOwnConfig, readModelJson, type ModelJson, type WeightGroup } from './model_json.js';
import { arraysIn } from './shard_arrays.js';
import { withKerasDefaults } from './written_config.js';
import { joinedBytes } from '../../joined_bytes.js';

export async function readTfjsModel(
  file: FileToRead,
  { maxConfigBytes }: ModelLimits,
): Promise<SavedModel | undefined> {
  if (file.input.size > maxConfigBytes) return undefined;
  const text = jsonText(await readAll(file.input), file.name);
  const found = parse(text, file.name);
  if (!found) return undefined;
  const { version, trainingPath, metadata, groups } = found;
  return {
    config: configOf(text, found),
    isLegacy: true, // the converter takes the modules out of configs of Keras 3
    version,
    trainingConfig: trainingPath && jsonMember(text, trainingPath),
    metadata,
    openWeights: () => openWeights(file, groups),
    close: () => undefined,
  };
}

export async function readTfjsWeights(file: FileToRead): Promise<SavedWeights | undefined> {
  const found = parse(jsonText(await readAll(file.input), file.name), file.name);
  return found && (await openWeights(file, found.groups));
}

function configOf(text: string, found: ModelJson): string {
  const record = jsonMember(text, found.modelPath);
  return isOwnConfig(found) ? JSON.stringify(withKerasDefaults(JSON.parse(record))) : record;
}

// Undefined for other JSON, and for text that is none: the format that expects it explains what is wrong.
function parse(text: string, name: string): ModelJson | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return readModelJson(json, name);
}

async function openWeights(
  file: FileToRead,
  groups: readonly WeightGroup[],
): Promise<SavedWeights> {
  const contents: Uint8Array[] = [];
  for (const { paths } of groups) {
    const parts = await readAllBeside(file, paths);
    contents.push(parts.length === 1 ? parts[0]! : joinedBytes(parts));
  }
  return namedWeights(arraysIn(groups, contents), matchLayers);
}
