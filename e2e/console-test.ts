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
   * Checks the page with axe: in English, light, on a desktop, and in Korean, dark, on a phone. The full run checks each
   * theme and language on each device, and saves a screenshot of each.
   */
  readonly inspect: (name: string, devices?: readonly Device[], of?: Page) => Promise<void>;
  /** Opens a page for another user, in English and in their own browser context. Closed at the end of the test. */
  readonly otherPage: () => Promise<Page>;
}

const DEVICES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
type Device = keyof typeof DEVICES;
const SCHEMES = ['light', 'dark'] as const;
type Language = 'en' | 'ko';
interface Appearance {
  readonly device: Device;
  readonly colorScheme: (typeof SCHEMES)[number];
  readonly language: Language;
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
    await use(async (name, devices = ['desk', 'phone'], of = page) => {
      const languages = await languagesOf(of, stack);
      const appearances = isFullRun
        ? allAppearances(devices, languages)
        : distinctAppearances(devices, languages);
      for (const { language, ...appearance } of appearances) {
        await show(of, appearance);
        if (languages.length > 1) await chooseLanguage(of, language);
        const suffix = language === languages[0] ? '' : `-${language}`;
        await keepScreenshot(of, `${name}-${appearance.device}-${appearance.colorScheme}${suffix}`);
        await expectAccessible(of, `${name}, ${appearance.device}, ${appearance.colorScheme}, ${language}`);
      }
      if (languages.length > 1) await chooseLanguage(of, 'en');
      await of.setViewportSize(DEVICES.desk);
      await of.emulateMedia({ colorScheme: 'light' });
    });
  },
});

export { expect };

type Appearances = (devices: readonly Device[], languages: readonly Language[]) => readonly Appearance[];

const allAppearances: Appearances = (devices, languages) =>
  languages.flatMap((language) =>
    devices.flatMap((device) => SCHEMES.map((colorScheme) => ({ device, colorScheme, language }))),
  );

/** Each theme and each language once: the first ones on the first device, the last ones on the last. */
const distinctAppearances: Appearances = (devices, languages) =>
  SCHEMES.map((colorScheme, index) => ({
    device: devices.at(-index) ?? 'desk',
    colorScheme,
    language: languages.at(-index) ?? 'en',
  }));

/** The languages in which a page can be inspected: an English page of the console in both, any other in its own. */
async function languagesOf(page: Page, { web }: Stack): Promise<readonly Language[]> {
  const isEnglish = (await page.evaluate(() => document.documentElement.lang)) === 'en';
  if (!isEnglish) return ['ko'];
  return page.url().startsWith(web) ? ['en', 'ko'] : ['en'];
}

async function show(
  page: Page,
  { device, colorScheme }: Pick<Appearance, 'device' | 'colorScheme'>,
): Promise<void> {
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

/** Selects a language as if in another tab, so that open dialogs stay open. */
export async function chooseLanguage(page: Page, language: Language): Promise<void> {
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
