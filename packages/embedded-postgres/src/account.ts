import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';

/** How to start PostgreSQL's programs under an account that they accept: they refuse to run as root. */
export interface Account {
  /** Comes before the program on the command line. */
  readonly prefix: readonly string[];
  /** For `spawn`. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** Makes the account the owner of a file or folder. */
  readonly give: (path: string) => void;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres` if that account exists, otherwise as `nobody`.
 *
 * That account cannot reach a checkout below a private folder (`/root` has mode 0700). In that case, and only then, the
 * programs also get one ambient capability, which lets them read files and enter folders regardless of their modes.
 * initdb checks for its sibling programs with access(2), which respects that capability only under `no_setuid_fixup`.
 *
 * @param paths - the programs and the data folder, which the account must be able to read or enter
 */
export function chooseAccount(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { prefix: [], identity: {}, give: () => {} };
  const identity = findAccount();
  const { uid, gid } = identity;
  const give = (path: string): void => chownSync(path, uid, gid);
  if (paths.every((path) => spawnSync('test', ['-x', path], identity).status === 0))
    return { prefix: [], identity, give };
  const capability = readingCapability();
  if (capability === undefined) {
    throw new Error(
      `PostgreSQL refuses to run as root, and its account (uid ${uid}) cannot reach ${paths.join(' and ')}`,
    );
  }
  const only = `-all,+${capability}`;
  const prefix = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
  ];
  return { prefix, identity: {}, give };
}

/**
 * initdb needs a user that has a name. id(1) reads the same account database as `getpwuid`, on Linux and on macOS.
 */
function findAccount(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: number('-u'), gid: number('-g') };
    } catch {
      // There is no such account: try the next one.
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no account "postgres" or "nobody" to run it as',
  );
}

/**
 * The capability that lets a process read any file, the weaker one first. `CapBnd` is described in proc_pid_status(5),
 * its bits are numbered in capabilities(7).
 */
function readingCapability(): 'dac_read_search' | 'dac_override' | undefined {
  let bounds = 0n;
  try {
    const [, hex = '0'] = /^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    bounds = BigInt(`0x${hex}`);
  } catch {
    return undefined;
  }
  if ((bounds & (1n << 2n)) !== 0n) return 'dac_read_search';
  return (bounds & (1n << 1n)) === 0n ? undefined : 'dac_override';
}
