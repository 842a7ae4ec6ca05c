// Runs a command inside the self-made root: chroot, with the checkout and the cache folder at their usual paths, and the
// checkout at `placeOfCheckout` too.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { rootFolder } from './recipe.mjs';

// Mounts live in a namespace of their own, which ends with the command.
const enter = `
set -e
root=$1 cwd=$2 shared=$3
shift 3
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
IFS=:
for mount in $shared; do mount --bind "\${mount%%=*}" "$root\${mount#*=}"; done
exec chroot "$root" /usr/bin/env -C "$cwd" "$@"
`;

/**
 * Where builds run: the same path for every checkout, so that they share compilations. ccache could rewrite the paths of
 * sources, but precompiled headers contain absolute ones.
 */
export const placeOfCheckout = '/keras-wasm';

/** Variables that are passed on; others may not fit the other system (NODE_EXTRA_CA_CERTS does not). */
const kept =
  /^(HOME|TERM|XDG_CACHE_HOME|(https?|no|all)_proxy|GTEST_.*|[AUL]+SAN_OPTIONS|NINJA_STATUS|PIP_.*|KERAS_.*)$/i;

/** The command line that runs `args` inside the root, and the environment for it. */
export function insideRoot(args, { cwd = placeOfCheckout, env = {} } = {}) {
  const mounts = [
    [checkout, checkout],
    [checkout, placeOfCheckout],
    [cacheFolder, cacheFolder],
  ];
  for (const [, place] of mounts) mkdirSync(join(rootFolder, place), { recursive: true });
  const shared = mounts.map((mount) => mount.join('='));
  return {
    command: 'unshare',
    args: [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      enter,
      'enter',
      rootFolder,
      cwd,
    ].concat(shared.join(':'), args),
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name))),
      PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${join(checkout, 'node_modules/.bin')}`,
      LANG: 'C.UTF-8',
      ...env,
    },
  };
}
