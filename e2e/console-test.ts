import { join } from 'node:path';
import { test as base, errors, expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { isFullRun } from './environment.ts';
import { publishStack, readStack, type Stack, startSystem } from './start-system.ts';

interface WorkerFixtures {
  /** This worker's system. The tests of a worker run one after the other and share its users and reports. */
  readonly stack: Stack;
}

interface Fixtures {
  /**
   * Checks the page with axe in both themes and languages, on a desktop and a phone. The full run checks each theme on
   * each device, and saves a screenshot of each in each language.
   */
  readonly inspect: (name: string, devices?: readonly Device[]) => Promise<void>;
  /** Opens a page for another user, in English and in their own browser context. Closed at the end of the test. */
  readonly otherPage: () => Promise<Page>;
}

const DEVICES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
type Device = keyof typeof DEVICES;
const SCHEMES = ['light', 'dark'] as const;
interface Appearance {
  readonly device: Device;
  readonly colorScheme: (typeof SCHEMES)[number];
}
const results = join(import.meta.dirname, 'test-results');
const screenshots = join(results, 'screenshots');

export const test = base.extend<Fixtures, WorkerFixtures>({
  stack: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern.
    async ({}, use, { workerIndex }) => {
      const { line, stop } = await startSystem({ logFile: join(results, `start-${workerIndex}.log`) });
      publishStack(line);
      await use(readStack());
      await stop();
    },
    { scope: 'worker', auto: true, timeout: 240_000 },
  ],
  baseURL: async ({ stack }, use) => use(stack.web),
  // A test's page must not violate the server's content security policy.
  page: async ({ page, stack }, use) => {
    const refused: string[] = [];
    page.on('console', (message) => {
      const isOurs = message.location().url.startsWith(stack.web) || page.url().startsWith(stack.web);
      if (isOurs && message.text().includes('Content Security Policy')) refused.push(message.text());
    });
    await use(page);
    expect(refused).toEqual([]);
  },
  otherPage: async ({ browser, stack }, use) => {
    await using contexts = new AsyncDisposableStack();
    await use(async () => {
      const context = await browser.newContext({
        baseURL: stack.web,
        reducedMotion: 'reduce',
        locale: 'en-US',
      });
      contexts.defer(() => context.close());
      return context.newPage();
    });
  },
  inspect: async ({ page, stack }, use) => {
    await use(async (name, devices = ['desk', 'phone']) => {
      const appearances = isFullRun ? allAppearances(devices) : distinctAppearances(devices);
      const language = await languageOf(page);
      for (const appearance of appearances) {
        await show(page, appearance);
        await keepScreenshot(page, `${name}-${appearance.device}-${appearance.colorScheme}`);
        await expectAccessible(page, `${name}, ${appearance.device}, ${appearance.colorScheme}`);
      }
      if (language === 'en' && page.url().startsWith(stack.web)) {
        await chooseLanguage(page, 'ko');
        // Only on the device and in the theme with which the loop above ended.
        await expectAccessible(page, `${name}, in Korean`);
        for (const appearance of isFullRun ? appearances : []) {
          await show(page, appearance);
          await keepScreenshot(page, `${name}-${appearance.device}-${appearance.colorScheme}-ko`);
        }
        await chooseLanguage(page, 'en');
      }
      await page.setViewportSize(DEVICES.desk);
      await page.emulateMedia({ colorScheme: 'light' });
    });
  },
});

export { expect };

const allAppearances = (devices: readonly Device[]): readonly Appearance[] =>
  devices.flatMap((device) => SCHEMES.map((colorScheme) => ({ device, colorScheme })));

/** Each theme once: light on the first device, dark on the last. */
const distinctAppearances = (devices: readonly Device[]): readonly Appearance[] =>
  SCHEMES.map((colorScheme, index) => ({ device: devices.at(-index) ?? 'desk', colorScheme }));

async function show(page: Page, { device, colorScheme }: Appearance): Promise<void> {
  await page.setViewportSize(DEVICES[device]);
  await page.emulateMedia({ colorScheme });
}

/** Takes a screenshot, in the full run only. Retries once, because Chromium occasionally does not respond. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (!isFullRun) return;
  // On a scrolled page, the sticky bar would be in the middle of the screenshot.
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  const path = join(screenshots, `${name}.png`);
  const take = () => page.screenshot({ path, animations: 'disabled', fullPage: true, timeout: 30_000 });
  await take().catch(async (error: unknown) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
    await page.bringToFront();
    await take();
  });
}

const languageOf = (page: Page): Promise<string> => page.evaluate(() => document.documentElement.lang);

/** Selects a language as if in another tab, so that open dialogs stay open. */
export async function chooseLanguage(page: Page, language: 'en' | 'ko'): Promise<void> {
  await page.evaluate((chosen) => {
    localStorage.setItem('latchkey:language', chosen);
    dispatchEvent(new StorageEvent('storage', { key: 'latchkey:language' }));
  }, language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** Expects no violations from axe. Loads axe only once per document, because loading is slow. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  const found = violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }));
  expect(found, `axe on ${where}`).toEqual([]);
}
