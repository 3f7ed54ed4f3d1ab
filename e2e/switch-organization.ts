import { expect, type Page } from '@playwright/test';

/**
 * Switches to an organization in which the user is an administrator. Resolves with its id, which is part of its pages'
 * URLs: a URL without an id is the default organization's.
 */
export async function switchTo(page: Page, organization: RegExp): Promise<string> {
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await navigation.getByRole('button', { name: /^Organization/ }).click();
  await page.getByRole('menuitemradio', { name: organization }).click();
  await expect(navigation.getByText('Administrator')).toBeVisible();
  await page.waitForURL(/[?&]org=/);
  return new URL(page.url()).searchParams.get('org') ?? '';
}
