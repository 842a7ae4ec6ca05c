// Keras's warnings during a test.
import { setWarningHandler } from './keras.mjs';

/** The warnings raised while `body` runs, which may be async. */
export function warningsOf(body) {
  const heard = [];
  const previous = setWarningHandler((message) => heard.push(message));
  const finish = () => {
    setWarningHandler(previous);
    return heard;
  };
  let result;
  try {
    result = body();
  } finally {
    if (!(result instanceof Promise)) finish();
  }
  return result instanceof Promise ? result.finally(finish).then(() => heard) : heard;
}
