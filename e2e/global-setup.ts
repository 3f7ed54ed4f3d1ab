import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const results = join(import.meta.dirname, 'test-results');
const apps = join(import.meta.dirname, '../apps');

/** Makes the folder that the logs go to, and builds the web app and the server for all systems. */
export default async function globalSetup(): Promise<void> {
  // `run.ts` was killed: stop as after Ctrl-C.
  process.once('disconnect', () => process.kill(0, 'SIGINT'));
  process.channel?.unref();
  await mkdir(results, { recursive: true });
  const dist = join(results, 'web');
  await Promise.all([
    build('web', 'node_modules/vite/bin/vite.js', 'build', '--outDir', dist, '--emptyOutDir'),
    build('server', 'node_modules/tsdown/dist/run.mjs'),
  ]);
  // The workers, and the systems that they start, inherit it.
  process.env['WEB_DIST'] = dist;
}

/** @throws what the build printed */
async function build(app: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, args, { cwd: join(apps, app) });
}
