import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const results = join(import.meta.dirname, 'test-results');
const web = join(import.meta.dirname, '../apps/web');

/** Removes what an earlier run left, makes the folder that the logs go to, and builds the web app for all systems. */
export default async function globalSetup(): Promise<void> {
  await rm(join(results, 'screenshots'), { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const dist = join(results, 'web');
  const vite = join(web, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--outDir', dist, '--emptyOutDir'], {
    cwd: web,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // The workers, and the systems that they start, inherit it.
  process.env['WEB_DIST'] = dist;
}
