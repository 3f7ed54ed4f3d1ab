import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBrowser } from './ensure-browser.ts';

/** `node run.ts [arguments of playwright test]`: finds or installs a browser first, so that no test is skipped without one. */
try {
  const environment = { ...process.env, CHROMIUM_PATH: ensureBrowser() };
  const { status } = spawnSync(
    join(import.meta.dirname, 'node_modules/.bin/playwright'),
    ['test', ...process.argv.slice(2)],
    { cwd: import.meta.dirname, stdio: ['ignore', 'inherit', 'inherit'], env: environment },
  );
  process.exitCode = status ?? 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
