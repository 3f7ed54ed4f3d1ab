import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, type Browser, type BrowserContext } from '@playwright/test';
import { findBrowser } from '../find-browser.ts';
import { signIn } from '../sign-in.ts';
import { parseStack, publishStack } from '../stack.ts';
import { startSystem } from '../start-system.ts';

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

export interface OpenConsole {
  readonly browser: Browser;
  /** The address of the console. */
  readonly web: string;
  /** Of an administrator who has signed in. */
  readonly session: Session;
}

export const viewOptions = {
  locale: 'en-US',
  reducedMotion: 'reduce',
  viewport: { width: 1280, height: 800 },
} as const;

/**
 * Starts everything as it ships, with the past of the seeded people, and a browser. Both end with `stack`.
 * @throws {Error} where there is no browser
 */
export async function openConsole(stack: AsyncDisposableStack): Promise<OpenConsole> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no Chromium or Chrome here');
  const results = join(import.meta.dirname, '../test-results');
  mkdirSync(results, { recursive: true });
  const system = await startSystem({ logFile: join(results, 'bench.log'), withPast: true });
  stack.defer(() => system.stop());
  publishStack(system.line);
  const { web } = parseStack(system.line);
  const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-quic'] });
  stack.defer(() => browser.close());
  const context = await browser.newContext({ ...viewOptions, baseURL: web });
  const page = await context.newPage();
  await signIn(page, 'admin');
  await expect(page.getByRole('link', { name: 'Directory sync' })).toBeVisible();
  const session = await context.storageState();
  await context.close();
  return { browser, web, session };
}
