import { defineConfig } from '@playwright/test';
import { findBrowser } from './find-browser.ts';

const executablePath = findBrowser();
if (executablePath === undefined) {
  throw new Error('There is no Chromium or Chrome here. Install one, or name it in CHROMIUM_PATH.');
}

/** One system, one worker: the tests share users and reports, so they run one after the other. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'test-results/artifacts',
  globalSetup: './global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
  use: {
    browserName: 'chromium',
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    contextOptions: { reducedMotion: 'reduce' },
    // Without its film, which costs as much CPU as the page: it has the pages themselves.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: { executablePath, args: ['--disable-gpu', '--disable-quic'] },
  },
});
