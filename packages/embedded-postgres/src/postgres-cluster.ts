import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createLauncher } from './postgres-launcher.ts';

export const DATABASE_USER = 'latchkey';

/** PostgreSQL's built-in locale `C.UTF-8`: the order of text in a data folder does not depend on the machine's libc. */
const INITDB_OPTIONS = [
  `--username=${DATABASE_USER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

/**
 * Creates `folder` with a new cluster in `data/` and a random password in `password` (mode 0600), unless it exists.
 *
 * initdb works in a sibling folder, which one rename then moves into place. A crash therefore leaves no incomplete
 * cluster. If two processes create the cluster at the same time, one rename succeeds and the other process uses its result.
 */
export async function ensureCluster(folder: string, initdb: string): Promise<void> {
  if (existsSync(join(folder, 'data'))) return;
  mkdirSync(dirname(folder), { recursive: true });
  const staging = `${folder}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const data = join(staging, 'data');
  const passwordCopy = join(staging, 'password-for-initdb');
  try {
    mkdirSync(staging, { mode: 0o755 });
    mkdirSync(data, { mode: 0o700 });
    const password = randomBytes(24).toString('base64url');
    for (const path of [join(staging, 'password'), passwordCopy])
      writeFileSync(path, password, { mode: 0o600 });
    const launcher = createLauncher([staging, initdb]);
    for (const path of [data, passwordCopy]) launcher.give(path);
    await run(launcher.command(initdb, ['-D', data, `--pwfile=${passwordCopy}`, ...INITDB_OPTIONS]));
    rmSync(passwordCopy);
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(join(folder, 'data'))) throw error;
  }
}

async function run({
  file,
  args,
  identity,
}: ReturnType<ReturnType<typeof createLauncher>['command']>): Promise<void> {
  const child = spawn(file, args, {
    ...identity,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: POSTGRES_ENVIRONMENT,
  });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const [code, errors] = await Promise.all([ended, buffer(child.stderr)]);
  if (code !== 0) throw new Error(`initdb failed (${code}): ${errors.toString('utf8').trim()}`);
}

/** The whole environment of PostgreSQL's programs: the caller's `PG*` and `LC_*` variables must not reach them. */
export const POSTGRES_ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};
