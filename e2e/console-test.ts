import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { readStack, type Stack } from './stack.ts';

interface Fixtures {
  readonly stack: Stack;
  /** Checks the page with axe and keeps a screenshot: in both themes, on a desktop and on a phone. */
  readonly inspect: (name: string, devices?: readonly Device[]) => Promise<void>;
}

const DEVICES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
type Device = keyof typeof DEVICES;
const screenshots = join(import.meta.dirname, 'test-results', 'screenshots');

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern.
  stack: async ({}, use) => use(readStack()),
  baseURL: async ({ stack }, use) => use(stack.web),
  inspect: async ({ page }, use) => {
    await use(async (name, devices = ['desk', 'phone']) => {
      for (const device of devices) {
        await page.setViewportSize(DEVICES[device]);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({
            path: join(screenshots, `${name}-${device}-${colorScheme}.png`),
            animations: 'disabled',
            fullPage: true,
          });
          await expectAccessible(page, `${name}, ${device}, ${colorScheme}`);
        }
      }
      await page.setViewportSize(DEVICES.desk);
      await page.emulateMedia({ colorScheme: 'light' });
    });
  },
});

export { expect };

async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }));
  expect(found, `axe on ${where}`).toEqual([]);
}
