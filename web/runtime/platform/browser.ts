// Fetching, wherever `fetch` is: browsers, workers, and Node for addresses on the net.

/** The response for an address; an error that names it when there is none or its status is not a success. */
export async function fetchResponse(url: string | URL): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`Could not fetch ${String(url)}`, { cause: error });
  }
  if (!response.ok) throw new Error(`Could not fetch ${String(url)}: HTTP ${response.status}`);
  return response;
}

/** Whether `fetchNow` works here: in pages and most workers, not in service workers. */
export const hasFetchNow = (): boolean => typeof XMLHttpRequest === 'function';

/** The bytes at an address, while everything waits; an error that names it when there are none. */
export function fetchNow(url: string | URL): Uint8Array<ArrayBuffer> {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.overrideMimeType('text/plain; charset=x-user-defined'); // a page gets text only: a character for each byte
  try {
    request.send();
  } catch (error) {
    throw new Error(`Could not fetch ${String(url)}`, { cause: error });
  }
  if (request.status >= 400)
    throw new Error(`Could not fetch ${String(url)}: HTTP ${request.status}`);
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0));
}
