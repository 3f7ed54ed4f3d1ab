import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser } from './find-browser.ts';

/**
 * Finds a Chromium. If there is none, installs the distribution's package on Debian as root.
 *
 * @throws {Error} with instructions when there is no browser: browser tests are never skipped
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
