// Which version of Keras wrote a config.

/** Whether configs of that version are as today's: those of Keras 3.11 and later, and those that do not say. */
export function isCurrent(version: string): boolean {
  const [major, minor] = version.split('.').map((part) => parseInt(part, 10));
  return !(major! < 3 || (major === 3 && minor! <= 10));
}

/** The version that `to_json()` of Keras 2 and tf.keras writes beside the config; empty when there is none. */
export function versionInJson(json: string): string {
  if (!json.includes('"keras_version"')) return '';
  try {
    return String((JSON.parse(json) as { keras_version?: unknown }).keras_version ?? '');
  } catch {
    return '';
  }
}
