// Whether this is Node, Deno or Bun, and their modules. Nothing is imported before it is needed, so bundlers for browsers
// see none of it.

interface NodeModules {
  fs: typeof import('node:fs');
  'fs/promises': typeof import('node:fs/promises');
  os: typeof import('node:os');
  url: typeof import('node:url');
  worker_threads: typeof import('node:worker_threads');
}

/** Whether the modules of Node are here. */
export function hasNode(): boolean {
  return typeof process === 'object' && typeof process.versions?.node === 'string';
}

/** A module of Node. */
export async function importNode<Name extends keyof NodeModules>(
  module: Name,
): Promise<NodeModules[Name]> {
  // A name that no bundler can resolve: it would complain of a module that browsers do not have.
  const name = ['node', module].join(':');
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as NodeModules[Name];
}

type Zlib = Partial<typeof import('node:zlib')>;

/** The module zlib, of which runtimes have different parts; undefined where it cannot be had without waiting. */
export function builtinZlib(): Zlib | undefined {
  // Node has it since 20.16.
  return hasNode() ? process.getBuiltinModule?.('node:zlib') : undefined;
}
