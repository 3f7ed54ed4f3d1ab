import type { Page } from '@playwright/test';
import { openPage } from '../console-pages.ts';
import { viewOptions, type OpenConsole } from './open-console.ts';

/** Milliseconds that a person reads a page for, at least: what it asks for besides is there. */
const reading = 500;

/** The pages of the sidebar, each of which was open before. */
export interface WarmConsole {
  /** Milliseconds from the click on the link until the page has its heading and no placeholder, and is painted. */
  open(path: string): Promise<number>;
}

/** Opens each page of the sidebar once. The browser ends with `console`. */
export async function warmConsole(console: OpenConsole, paths: readonly string[]): Promise<WarmConsole> {
  const context = await console.browser.newContext({
    ...viewOptions,
    baseURL: console.web,
    storageState: console.session,
  });
  const page = await context.newPage();
  const headings = new Map<string, string>();
  /* oxlint-disable no-await-in-loop -- one page after the other */
  for (const path of paths) {
    await openPage(page, path);
    headings.set(path, await page.getByRole('heading', { level: 1 }).innerText());
  }
  // Once more in one document: with its code and its data loaded.
  for (const path of [...paths, ...paths]) {
    await navigate(page, { path, heading: headings.get(path) });
    await page.waitForTimeout(reading);
  }
  /* oxlint-enable no-await-in-loop */
  return {
    async open(path) {
      const away = path === paths[0] ? paths[1] : paths[0];
      if (away !== undefined && new URL(page.url()).pathname === path)
        await navigate(page, { path: away, heading: headings.get(away) });
      await page.waitForTimeout(reading);
      return navigate(page, { path, heading: headings.get(path) });
    },
  };
}

/** Measured within the page: the time after the frame that has the content. */
const navigate = (
  page: Page,
  to: { readonly path: string; readonly heading: string | undefined },
): Promise<number> =>
  page.evaluate(async ({ path, heading }) => {
    const link = document.querySelector<HTMLAnchorElement>(`nav a[href="${path}"]`);
    if (link === null) throw new Error(`The sidebar has no link to ${path}.`);
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const isThere = document.querySelector('main h1')?.textContent === heading;
        if (!isThere || document.querySelector('main .skeleton, main [aria-busy="true"]') !== null) return;
        watching.disconnect();
        resolve();
      };
      const watching = new MutationObserver(look);
      watching.observe(document.body, { subtree: true, childList: true, attributes: true });
      link.click();
    });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  }, to);
