import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';

/** Starts PostgreSQL's programs under an account that they accept: they refuse to run as root. */
export interface Launcher {
  /** The command line for a program, and the `uid` and `gid` to give to `spawn`. */
  command(
    program: string,
    args: readonly string[],
  ): { file: string; args: string[]; identity: { uid?: number; gid?: number } };
  /** Makes that account the owner of a file or folder. */
  give(path: string): void;
}

const currentAccount: Launcher = {
  command: (program, args) => ({ file: program, args: [...args], identity: {} }),
  give: () => {},
};

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

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres` if that account exists, otherwise as `nobody`.
 *
 * That account cannot reach a checkout below a private folder (`/root` has mode 0700). In that case, and only then, the
 * programs also get one ambient capability, which lets them read files and enter folders whatever their modes are.
 * initdb checks for its sibling programs with access(2), which respects that capability only under `no_setuid_fixup`.
 *
 * @param paths - the programs and the data folder, which the account must be able to read or enter
 */
export function createLauncher(paths: readonly string[]): Launcher {
  if (process.getuid?.() !== 0) return currentAccount;
  const account = findAccount();
  const give = (path: string): void => chownSync(path, account.uid, account.gid);
  const isReachable = paths.every(
    (path) => spawnSync('test', ['-x', path], { uid: account.uid, gid: account.gid }).status === 0,
  );
  if (isReachable) {
    return { command: (program, args) => ({ file: program, args: [...args], identity: account }), give };
  }
  const capability = readingCapability();
  if (capability === undefined) {
    throw new Error(
      `PostgreSQL refuses to run as root, and its account (uid ${account.uid}) cannot reach ${paths.join(' and ')}`,
    );
  }
  const only = `-all,+${capability}`;
  const prefix = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
  ];
  return {
    command: (program, args) => ({ file: 'setpriv', args: [...prefix, program, ...args], identity: {} }),
    give,
  };
}
