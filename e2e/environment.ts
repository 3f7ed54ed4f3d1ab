import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/**
 * Whether this is the full run: every device, theme and language of a page, screenshots, and slow tests
 * (`*.slow.spec.ts`).
 */
export const isFullRun = process.env['TEST_ALL'] === '1';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPS = ['Google Chrome', 'Chromium'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/**
 * Finds a Chromium on this machine: `CHROMIUM_PATH`, an installed Chromium or Chrome, or Playwright's own.
 *
 * @throws {Error} when `CHROMIUM_PATH` is not a program
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const chosen = environment['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (!isProgram(chosen)) throw new Error(`CHROMIUM_PATH is ${chosen}, where there is no program.`);
    return chosen;
  }
  const folders = (environment['PATH'] ?? '').split(delimiter);
  const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...installed, ...MAC_APPS, chromium.executablePath()].find((path) => isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Finds a Chromium. Without one, root on Debian installs the distribution's package.
 *
 * @throws {Error} with instructions when there is no browser, because browser tests are never skipped
 */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    process.stdout.write("There is no Chromium or Chrome here: installing Debian's chromium.\n");
    for (const args of [
      ['update', '-q'],
      ['install', '-yq', '--no-install-recommends', 'chromium'],
    ]) {
      const { status } = spawnSync('apt-get', args, {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
      if (status !== 0) throw new Error(`"apt-get ${args.join(' ')}" failed.`);
    }
  }
  const installed = findBrowser();
  if (installed !== undefined) return installed;
  throw new Error(
    'There is no browser for the browser tests. Install Chromium or Google Chrome, name one in CHROMIUM_PATH, or run\n' +
      '"pnpm --filter @latchkey/e2e exec playwright install chromium".',
  );
}
