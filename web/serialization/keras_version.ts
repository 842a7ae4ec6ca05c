// The version of Keras that wrote a config.

/** Whether configs of a version need no conversion: Keras 3.11 and later, and configs without a version. */
export function isCurrent(version: string): boolean {
  const [major, minor] = version.split('.').map((part) => parseInt(part, 10));
  return !(major! < 3 || (major === 3 && minor! <= 10));
}

/** The version in the JSON that `to_json()` of Keras 2 or tf.keras wrote; empty when it has none. */
export function versionInJson(json: string): string {
  if (!json.includes('"keras_version"')) return '';
  try {
    return String((JSON.parse(json) as { keras_version?: unknown }).keras_version ?? '');
  } catch {
    return '';
  }
}
