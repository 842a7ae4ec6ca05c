// Fetching, wherever `fetch` is: browsers, workers, and Node for addresses on the net.

/** The response for an address; an error that names it when there is none or it is no success. */
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

/** The bytes at an address. */
export async function fetchBytes(url: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetchResponse(url)).arrayBuffer());
}
