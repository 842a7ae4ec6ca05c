// Writes a file that is being made to a stream.
import { writeToTarget, type ByteTarget } from '../runtime/platform/write_stream.js';
import type { FileContent } from './file_content.js';
import type { SavingSteps } from './progress.js';

/** Makes the file, writes it in blocks as the target takes them, and releases it. Saving that fails aborts the target. */
export async function writeContent(
  target: ByteTarget,
  make: () => Promise<FileContent>,
  follow: SavingSteps,
): Promise<void> {
  const making = begun(make, follow);
  const parts = follow.made(making).then((content) => content.parts);
  try {
    await writeToTarget(target, parts, follow.writing);
  } finally {
    await making.then(
      (content) => content.release(),
      () => undefined, // nothing was made
    );
  }
}

// As a rejection: a signal that is aborted already aborts the target, too.
async function begun(make: () => Promise<FileContent>, follow: SavingSteps): Promise<FileContent> {
  follow.begin();
  return await make();
}
