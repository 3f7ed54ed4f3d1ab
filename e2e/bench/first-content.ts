import { expect } from '@playwright/test';
import { viewOptions, type OpenConsole } from './open-console.ts';

/** What `Network.emulateNetworkConditions` takes: 150 ms for an answer to begin, and 1.6 Mb/s. */
const slowNetwork = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };

/** Milliseconds that nothing larger was painted in, after which the page has its content. */
const settled = 1_500;

/** A page that is opened with an empty cache. */
export interface FirstPage {
  readonly path: string;
  readonly isSignedIn: boolean;
  /** In its heading. */
  readonly heading: RegExp;
}

/**
 * Milliseconds until the largest content of a page is painted (LCP) for a browser that has nothing of it, over a slow network. It is
 * the first content too: the splash before it is not counted, because it fades in.
 */
export async function firstContent(
  console: OpenConsole,
  { path, isSignedIn, heading }: FirstPage,
): Promise<number> {
  await using context = await console.browser.newContext({
    ...viewOptions,
    baseURL: console.web,
    ...(isSignedIn && { storageState: console.session }),
  });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', slowNetwork);
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) performance.mark('content', { startTime });
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  await page.goto(path, { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await page.waitForTimeout(settled);
  const painted = await page.evaluate(() => performance.getEntriesByName('content').at(-1)?.startTime);
  if (painted === undefined) throw new Error(`${path} has painted nothing.`);
  return painted;
}
