import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { commandLineOf } from '@latchkey/embedded-postgres';
import { z } from 'zod';
import { readOptions } from '../read-options.ts';
import { root } from '../start/settings.ts';

const usage = `Builds and packs every published package, as a registry would receive it.

  pnpm archives [--to <folder>]

  --to <folder>  where the archives go (dist/archives)
  --help         print this
`;

/** One packed package. `filename` is the absolute path of its archive. */
const Archives = z.array(z.object({ name: z.string(), filename: z.string() }));
export type Archive = z.output<typeof Archives>[number];

const readJson = <Output>(file: string, schema: z.ZodType<Output>): Output =>
  schema.parse(JSON.parse(readFileSync(join(root, file), 'utf8')));

const Visibility = z.object({ private: z.boolean().default(false) });

export function publishedManifests(): string[] {
  return globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: root })
    .filter((file) => !readJson(file, Visibility).private)
    .toSorted();
}

/** Turbo builds only changed packages. */
export function packAll(to: string): Archive[] {
  mkdirSync(to, { recursive: true });
  const lock = join(root, 'node_modules/.cache/latchkey-packing');
  mkdirSync(dirname(lock), { recursive: true });
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (!take(lock)) Atomics.wait(clock, 0, 0, 200);
  try {
    return buildAndPack(to);
  } finally {
    rmSync(lock);
  }
}

/** One build at a time: concurrent ones would delete each other's `dist` folders. */
function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const owner = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
    // A killed process leaves its lock behind.
    if (owner !== '' && commandLineOf(Number(owner)) === '') rmSync(lock, { force: true });
    return false;
  }
}

function buildAndPack(to: string): Archive[] {
  const filters = publishedManifests().map((file) => `--filter=./${file.replace('/package.json', '')}`);
  pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', ...filters], process.stderr.fd);
  const packed = pnpm(['--recursive', ...filters, 'pack', '--json', '--pack-destination', resolve(to)]);
  return Archives.parse(JSON.parse(packed));
}

const Workspace = z.object({ packageManager: z.string() });

/** Runs pnpm with npx, which fetches the workspace's version: it may not be installed. */
function pnpm(words: readonly string[], stdout: 'pipe' | number = 'pipe'): string {
  const { packageManager } = readJson('package.json', Workspace);
  return execFileSync('npx', ['-y', packageManager, ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
}

if (import.meta.main) {
  const { to = 'dist/archives' } = readOptions(usage, { to: { type: 'string' } });
  for (const { filename } of packAll(to)) process.stdout.write(`${filename}\n`);
}
