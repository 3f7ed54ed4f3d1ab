import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { findBrowser } from '../find-browser.ts';
import { openPage } from '../console-pages.ts';
import { signIn } from '../sign-in.ts';
import { parseStack, publishStack } from '../stack.ts';
import { startSystem } from '../start-system.ts';

/*
 * How long a page of the console takes from the click on its link until its content is in the document, when it was open before:
 * `node e2e/bench/warm-navigation.ts`. The goal is 100 ms. Painting is not measured: a browser without a graphics card draws slowly.
 */

const rounds = 12;
/** Rounds that only warm up. */
const early = 2;

/** Milliseconds from the click until the page has its heading, and no part of it is a placeholder. */
const open = (page: Page, link: { readonly path: string; readonly name: string }): Promise<number> =>
  page.evaluate(async ({ path, name }) => {
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const isThere = document.querySelector('main h1')?.textContent === name;
        if (!isThere || document.querySelector('main .skeleton, main [aria-busy="true"]') !== null) return;
        watching.disconnect();
        resolve();
      };
      const watching = new MutationObserver(look);
      watching.observe(document.body, { subtree: true, childList: true, attributes: true });
      document.querySelector<HTMLAnchorElement>(`nav a[href="${path}"]`)?.click();
    });
    return performance.now() - began;
  }, link);

const middle = (times: readonly number[], share: number): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? 0;

const executablePath = findBrowser();
if (executablePath === undefined) throw new Error('There is no Chromium or Chrome here.');
const system = await startSystem({
  logFile: join(import.meta.dirname, '../test-results/bench.log'),
  withPast: true,
});
publishStack(system.line);
const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-quic'] });
try {
  const page = await browser.newPage({ baseURL: parseStack(system.line).web, reducedMotion: 'reduce' });
  await signIn(page, 'admin');
  await expect(page.getByRole('link', { name: 'Directory sync' })).toBeVisible();
  const entries = await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('listitem')
    .getByRole('link')
    .all();
  const paths = await Promise.all(entries.map((entry) => entry.getAttribute('href')));
  const links: { path: string; name: string }[] = [];
  /* oxlint-disable no-await-in-loop -- one page after the other */
  for (const path of paths) {
    if (path === null) continue;
    await openPage(page, path);
    links.push({ path, name: await page.getByRole('heading', { level: 1 }).innerText() });
  }
  const times = new Map(links.map(({ path }) => [path, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const link of links) {
      const time = await open(page, link);
      if (round >= early) times.get(link.path)?.push(time);
      // As long as a person reads at least: what the page asks for besides is there.
      await page.waitForTimeout(500);
    }
  }
  /* oxlint-enable no-await-in-loop */
  for (const [path, taken] of times) {
    const [median, late] = [0.5, 0.9].map((share) => middle(taken, share).toFixed(0).padStart(4));
    process.stdout.write(`${path.padEnd(14)} ${median} ms, nine of ten within ${late} ms\n`);
  }
} finally {
  await browser.close();
  await system.stop();
}
