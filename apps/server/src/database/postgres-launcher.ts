import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';

/** How to start PostgreSQL's programs as somebody that they agree to run as. */
export interface Launcher {
  /** The command line for a program, with the identity that `spawn` must take on. */
  command(
    program: string,
    args: readonly string[],
  ): { file: string; args: string[]; identity: { uid?: number; gid?: number } };
  /** Hands a file or folder to that identity. */
  give(path: string): void;
}

const asMyself: Launcher = {
  command: (program, args) => ({ file: program, args: [...args], identity: {} }),
  give: () => {},
};

/** `id` asks the same directory as `getpwuid`, on Linux and macOS alike; initdb insists that its user has a name. */
function findAccount(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: number('-u'), gid: number('-g') };
    } catch {
      // No such account: try the next.
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no account "postgres" or "nobody" to run it as',
  );
}

/** Bits of `CapBnd` in proc_pid_status(5), numbered in capabilities(7); the weaker right first. */
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
 * PostgreSQL refuses to run as root, so root runs it as `postgres`, where that account exists, else as `nobody`.
 *
 * A checkout below a private folder (`/root` has mode 0700) is out of reach for that account. Its programs then also
 * get one ambient capability, to read and traverse whatever the modes say; `no_setuid_fixup` makes access(2), by which
 * initdb looks for its siblings, respect it. Where the account reaches everything, no capability is given.
 *
 * @param reach - what the account must be able to enter or read: the programs and the data folder
 */
export function createLauncher(reach: readonly string[]): Launcher {
  if (process.getuid?.() !== 0) return asMyself;
  const account = findAccount();
  const give = (path: string): void => chownSync(path, account.uid, account.gid);
  const reachable = reach.every(
    (path) => spawnSync('test', ['-x', path], { uid: account.uid, gid: account.gid }).status === 0,
  );
  if (reachable) {
    return { command: (program, args) => ({ file: program, args: [...args], identity: account }), give };
  }
  const capability = readingCapability();
  if (capability === undefined) {
    throw new Error(
      `PostgreSQL refuses to run as root, and its account (uid ${account.uid}) cannot reach ${reach.join(' and ')}`,
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
