// Fingers on the graphs: two move and scale a graph, one scrolls the page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openSample, view } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });

const graphOf = (page) => page.locator('[data-side=original] .graph');

/** Opens a sample and scrolls to its graph, which is fitted once it is shown. */
async function showGraph(page) {
  await openSample(page, 'digits.keras');
  await view(page, 'original');
  await page.waitForSelector('[data-side=original] .graph > g[transform]');
  await graphOf(page).scrollIntoViewIfNeeded();
}

const transformOf = (page) =>
  page.getAttribute('[data-side=original] .graph > g', 'transform').then((text) => {
    const [x, y, scale] = text.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    return { x, y, scale };
  });

/** Moves fingers from one list of points to another in some steps; points are relative to the graph. */
async function drag(page, from, to) {
  const frame = await graphOf(page).boundingBox();
  const session = await page.context().newCDPSession(page);
  const send = (type, points) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y], id) => ({ x: frame.x + x, y: frame.y + y, id })),
    });
  const steps = 8;
  await send('touchStart', from);
  for (let step = 1; step <= steps; ++step) {
    const along = ([x, y], i) => [
      x + ((to[i][0] - x) * step) / steps,
      y + ((to[i][1] - y) * step) / steps,
    ];
    await send('touchMove', from.map(along));
  }
  await send('touchEnd', []);
  await session.detach();
}

test('two fingers that part enlarge the graph around them', async () => {
  const { page } = shared;
  await showGraph(page);
  const before = await transformOf(page);
  const ends = [
    [
      [150, 200],
      [190, 200],
    ],
    [
      [110, 200],
      [230, 200],
    ],
  ];
  await drag(page, ...ends);
  const after = await transformOf(page);
  assert.ok(Math.abs(after.scale / before.scale - 3) < 0.2, `${before.scale} to ${after.scale}`);
  // What was between the fingers stays there.
  const middle = (at) => (170 - at.x) / at.scale;
  assert.ok(Math.abs(middle(after) - middle(before)) < 2);
});

test('one finger leaves the graph as it is and scrolls the page', async () => {
  const { page } = shared;
  await showGraph(page);
  const before = await transformOf(page);
  const scrolled = await page.evaluate(() => window.scrollY);
  await drag(page, [[170, 100]], [[170, 250]]);
  await page.waitForFunction((from) => window.scrollY < from - 20, scrolled);
  assert.deepEqual(await transformOf(page), before);
  assert.deepEqual(page.troubles, []);
});
