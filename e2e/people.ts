import { expect, type Page } from '@playwright/test';
import { readStack } from './stack.ts';

type Username = 'admin' | 'editor' | 'viewer';

/** Signs a seeded person in from the landing page, on Logto's own page. */
export async function signIn(page: Page, username: Username): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await enter(page, username);
  await expect(page.getByRole('heading', { level: 1, name: 'Access reports' })).toBeVisible();
}

/** Fills in Logto's page, wherever the console sent the person from. */
export async function enter(page: Page, username: Username): Promise<void> {
  const password = readStack().people.find((person) => person.username === username)?.password ?? '';
  await page.getByLabel('Username or email').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Makes an account on Logto's own page; resolves when the console has the person back. */
export async function signUp(page: Page, identifier: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Username or email').fill(identifier);
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/reports');
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Create account' })).toBeVisible();
}
