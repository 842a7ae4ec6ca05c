// The content of a file that is being saved.
import { PartedBytes } from './parted_bytes.js';

/** Parts of a file. They may be values in the engine's memory, which `release` frees. */
export interface FileContent {
  readonly parts: PartedBytes;
  readonly release: () => void;
}

/** Bytes that need not be freed. */
export const contentOf = (parts: PartedBytes | Uint8Array): FileContent => ({
  parts: parts instanceof PartedBytes ? parts : new PartedBytes([parts]),
  release: () => undefined,
});

/** The bytes of a file in one array. Releases the content. */
export function bytesOf({ parts, release }: FileContent): Uint8Array {
  try {
    return parts.join();
  } finally {
    release();
  }
}
