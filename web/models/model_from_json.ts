// keras.models.model_from_json

import { core } from '../boundary/core.js';
import { JSONDecodeError, KerasTypeError } from '../errors/errors.js';
import { saving } from '../saving/raw_saving.js';
import { withRevivalNames, type CustomObjects } from '../serialization/custom_objects.js';
import { isCurrent, versionInJson } from '../serialization/keras_version.js';
import {
  readRevivalOptions,
  revived,
  type DeserializeOptions,
} from '../serialization/serialization.js';
import type { Model } from './model.js';

/**
 * Creates a model, with newly initialized weights, from the JSON of `model.toJson()` or of Keras's `model.to_json()`.
 *
 * @param options may be the custom objects alone, as in Keras.
 * @throws JSONDecodeError for a string that is not JSON, and the errors of `deserializeKerasObject`.
 */
export function modelFromJson(
  json: string,
  options?: DeserializeOptions | CustomObjects | null,
): Model {
  if (typeof json !== 'string')
    throw new KerasTypeError(
      `the JSON object must be str, bytes or bytearray, not ${json === null ? 'NoneType' : typeof json}`,
    );
  // Python's message for text that does not start like JSON. No RegExp: V8 aborts when it compiles one on a full stack.
  if (!'[{"-0123456789tfnNI'.includes(json.trimStart()[0] ?? ' '))
    throw new JSONDecodeError('Expecting value: line 1 column 1 (char 0)');
  const given = readRevivalOptions(options);
  const version = versionInJson(json);
  const text = isCurrent(version)
    ? json
    : withRevivalNames(given, () => saving().savingNormalizedConfig(json, version));
  const { safeMode = true, ...names } = given;
  return revived(
    names,
    () => core().deserializeJson(text, safeMode),
    () => core().findUnknownInJson(text, safeMode),
  ) as Model;
}
