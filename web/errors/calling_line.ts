// Where in the user's code a call came from.

const place = /\(?((?:\w+:\/\/|\/|[A-Za-z]:\\|node:|<)[^()\s]*:\d+:\d+)\)?$/;

const fileOf = (at: string): string => at.replace(/:\d+:\d+$/, '');

/**
 * The nearest caller in another file than the code that asks, as `file:line:column`. Empty where the engine does not
 * tell, or when a bundler has made one file of all.
 */
export function callingLine(): string {
  const places = (new Error().stack ?? '')
    .split('\n')
    .flatMap((line) => place.exec(line.trim())?.[1] ?? []);
  const own = new Set(places.slice(0, 2).map(fileOf)); // this function, and its caller
  return places.find((at) => !own.has(fileOf(at))) ?? '';
}
