import { defineConfig } from '@playwright/test';
import { findBrowser } from './find-browser.ts';
import { isFullRun } from './full-run.ts';

const executablePath = findBrowser();
if (executablePath === undefined) {
  throw new Error('There is no Chromium or Chrome here. Install one, or name it in CHROMIUM_PATH.');
}

/**
 * Each worker has a system of its own, whose tests share users and reports: they run one after the other. Two workers, because a
 * test waits for a third of its time: for a page, an animation, or an answer from Permit that comes late on purpose.
 */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  testIgnore: isFullRun ? [] : '*.slow.spec.ts',
  outputDir: 'test-results/artifacts',
  globalSetup: './global-setup.ts',
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 600_000,
  // On a machine that does something else as well: a test waits for what it expects, not for a time.
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
  use: {
    browserName: 'chromium',
    // What cannot be clicked says so, rather than that the test took too long.
    actionTimeout: 120_000,
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Without its film, which costs as much CPU as the page: it has the pages themselves.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: { executablePath, args: ['--disable-gpu', '--disable-quic'] },
  },
});
