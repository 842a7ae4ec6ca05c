// Assertions about errors and numbers.
import assert from 'node:assert/strict';

/** Expects an error of this class whose message contains the text or matches the expression. */
export function assertRaises(body, Class, message) {
  let raised;
  try {
    body();
  } catch (error) {
    raised = error;
  }
  assert.ok(raised, 'nothing was raised');
  assert.ok(raised instanceof Class, `raised ${raised?.name}: ${raised?.message}`);
  if (typeof message === 'string')
    assert.ok(raised.message.includes(message), `the message is: ${raised.message}`);
  else if (message) assert.match(raised.message, message);
  return raised;
}

/** Expects numbers within 1e-5 of the largest expected one. */
export function assertClose(actual, expected, tolerance = 1e-5) {
  const [a, b] = [actual, expected].map((values) => [values].flat(Infinity));
  assert.equal(a.length, b.length);
  const scale = Math.max(...b.map(Math.abs), 1e-30);
  a.forEach((value, i) =>
    assert.ok(Math.abs(value - b[i]) <= tolerance * scale, `[${i}]: ${value}, not ${b[i]}`),
  );
}
