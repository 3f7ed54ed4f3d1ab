import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const results = join(import.meta.dirname, 'test-results');
const apps = join(import.meta.dirname, '../apps');

/** Creates the folder for logs, and builds the web app and the server for all systems. */
export default async function globalSetup(): Promise<void> {
  await mkdir(results, { recursive: true });
  const dist = join(results, 'web');
  build('web', 'node_modules/vite/bin/vite.js', 'build', '--outDir', dist, '--emptyOutDir');
  build('server', 'node_modules/tsdown/dist/run.mjs');
  // Inherited by the workers and the systems that they start.
  process.env['WEB_DIST'] = dist;
}

function build(app: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: join(apps, app), stdio: ['ignore', 'ignore', 'inherit'] });
}
