// Answers of real Keras, shared with the native tests.
import { readFileSync } from 'node:fs';

const folder = new URL('../../native-tests/fixtures/', import.meta.url);

export function fixture(name) {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}
