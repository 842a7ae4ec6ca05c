// One browser and one page for the tests of a file.
import { after, before } from 'node:test';
import { launch, openPage, serve } from './site.mjs';

/** Returns an object whose `page` is open while the tests of the file run; `fresh()` opens another page. */
export function usePage(options) {
  const shared = {};
  before(async () => {
    [shared.browser, shared.server] = await Promise.all([launch(), serve()]);
    shared.fresh = (more) =>
      openPage(shared.browser, shared.server.address, { ...options, ...more });
    shared.page = await shared.fresh();
  });
  after(async () => {
    await shared.browser?.close();
    await shared.server?.close();
  });
  return shared;
}
