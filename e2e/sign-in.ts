import { expect, type Page } from '@playwright/test';
import { readStack } from './start-system.ts';

type Username = 'admin' | 'editor' | 'viewer';

/** Signs in a seeded user from the landing page. Resolves when the console shows the reports. */
export async function signIn(page: Page, username: Username): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await enterCredentials(page, username);
  await page.getByRole('link', { name: 'Access reports' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Access reports' })).toBeVisible();
}

/** Fills in Logto's sign-in page, after a redirect from any page of the console. */
export async function enterCredentials(page: Page, username: Username): Promise<void> {
  const password = readStack().people.find((user) => user.username === username)?.password ?? '';
  await page.getByLabel('Username or email').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Creates an account from the landing page. Resolves when the console shows the reports. */
export async function signUp(page: Page, identifier: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Username or email').fill(identifier);
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Access reports' }).click();
  await page.waitForURL('**/reports');
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Create account' })).toBeVisible();
}
