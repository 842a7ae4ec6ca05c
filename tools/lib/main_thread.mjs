// How long the tasks of a page's own thread take, by Chromium's trace.

/**
 * Runs something and returns the tasks of the page's thread meanwhile that took more than `least` ms, longest first.
 * Times are the thread's processor times, `tdur` of the trace: other processes of a busy machine do not count. `wall` is on the clock.
 */
export async function longTasks(browser, page, run, least = 50) {
  const categories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
  await browser.startTracing(page, { categories });
  await run();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const id = ({ pid, tid }) => `${pid} ${tid}`;
  // The thread that laid out this page; other pages have other processes.
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(id),
  );
  const events = traceEvents.filter((event) => event.ph === 'X' && mains.has(id(event)));
  const tasks = events.filter(({ name, tdur }) => /RunTask$/.test(name) && tdur > 1000 * least);
  return tasks
    .map((task) => ({
      ms: Math.round(task.tdur / 1000),
      wall: Math.round(task.dur / 1000),
      // What the task did, for who reads a failure.
      parts: events
        .filter(
          ({ ts, dur, name, ...event }) =>
            id(event) === id(task) &&
            ts >= task.ts &&
            ts + dur <= task.ts + task.dur &&
            dur > 10_000 &&
            !/RunTask$/.test(name),
        )
        .map(({ name, tdur }) => `${name} ${Math.round(tdur / 1000)}`),
    }))
    .sort((a, b) => b.ms - a.ms);
}
