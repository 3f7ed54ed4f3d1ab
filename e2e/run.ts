import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './ensure-browser.ts';
import { isFullRun } from './full-run.ts';

/**
 * `node run.ts [arguments of playwright test]`: finds or installs a browser first, so that no test is skipped without one. With
 * `TEST_ALL=1` it is the full run; `PLAYWRIGHT_JSON_OUTPUT_FILE` replaces `test-results/report.json`.
 *
 * Playwright stops the systems of its workers only after a SIGINT. It has a process group of its own, which gets that for any signal
 * to this process, and from `global-setup.ts` when this process is gone.
 */
async function run(): Promise<number> {
  const args = process.argv.slice(2);
  // Beside chosen files, the pictures of the others are still those of the last full run.
  if (isFullRun && !args.some((arg) => arg.endsWith('.spec.ts')))
    rmSync(join(import.meta.dirname, 'test-results/screenshots'), { recursive: true, force: true });
  const playwright = spawn(
    process.execPath,
    [join(import.meta.dirname, 'node_modules/@playwright/test/cli.js'), 'test', ...args],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, CHROMIUM_PATH: ensureBrowser() },
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => playwright.pid !== undefined && process.kill(-playwright.pid, 'SIGINT'));
  const [status] = await once(playwright, 'exit');
  return Number(status ?? 1);
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
