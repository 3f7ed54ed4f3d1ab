import { defineConfig } from '@playwright/test';
import { findBrowser, isFullRun } from './environment.ts';

const executablePath = findBrowser();
if (executablePath === undefined) {
  throw new Error('There is no Chromium or Chrome here. Install one, or name it in CHROMIUM_PATH.');
}

/**
 * Each worker has its own system. Its tests share users and reports, so they run one after the other. Three workers
 * keep two cores busy, because tests spend a third of their time waiting: for pages, animations, or Permit's delayed
 * responses.
 */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  testIgnore: isFullRun ? [] : '*.slow.spec.ts',
  outputDir: 'test-results/artifacts',
  globalSetup: './global-setup.ts',
  workers: 3,
  retries: 0,
  forbidOnly: true,
  timeout: 600_000,
  // Long enough for a busy machine. Tests wait for conditions, not for a fixed time.
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
  use: {
    browserName: 'chromium',
    // Shorter than the test timeout, so that the error names the element that cannot be clicked.
    actionTimeout: 120_000,
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Without screencast frames, which cost as much CPU as the page.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: { executablePath, args: ['--disable-gpu', '--disable-quic'] },
  },
});
