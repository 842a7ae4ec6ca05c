// A sample of `npm run fuzz`: broken files and configs open or are refused, with no other effect.
import assert from 'node:assert/strict';
import test from 'node:test';
import { formats } from '../../tools/fuzz/inputs.mjs';
import { fuzz } from '../../tools/fuzz/run.mjs';

for (const format of formats) {
  test(`300 broken inputs of the format '${format}' open or are refused`, async () => {
    const { opened, refused, found } = await fuzz({ first: 0, count: 300, chosen: [format] });
    const faults = found.map(({ number, what, detail }) => `input ${number}: ${what}: ${detail}`);
    assert.deepEqual(faults, []);
    assert.equal(opened + refused, 300);
    assert.ok(opened > 0 && refused > 0, `${opened} opened, ${refused} refused`);
  });
}
