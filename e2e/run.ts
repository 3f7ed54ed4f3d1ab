import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openRunFolder } from '@latchkey/server-process';
import { ensureBrowser, isFullRun } from './environment.ts';

/**
 * `node run.ts [arguments of playwright test]` finds or installs a browser, then runs the tests. `TEST_ALL=1` makes it
 * the full run. All processes that it starts end with this one.
 */
try {
  openRunFolder();
  const args = process.argv.slice(2);
  // A run of single files keeps the other screenshots of the last full run.
  if (isFullRun && !args.some((arg) => arg.endsWith('.spec.ts')))
    rmSync(join(import.meta.dirname, 'test-results/screenshots'), { recursive: true, force: true });
  const { status } = spawnSync(join(import.meta.dirname, 'node_modules/.bin/playwright'), ['test', ...args], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CHROMIUM_PATH: ensureBrowser() },
  });
  process.exit(status ?? 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
