import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { APIRequestContext } from '@playwright/test';
import { Permit } from 'permitio';
import { expect, test } from './console-test.ts';
import { signIn } from './sign-in.ts';

/** Makes Permit's API respond to every directory call with this status. `null` restores it. */
async function setPermitFault(request: APIRequestContext, api: string, status: number | null): Promise<void> {
  const faults = `${api}/_emulator/faults`;
  expect((await request.delete(faults)).ok()).toBe(true);
  if (status === null) return;
  const data = { path: '/v2/facts/*', status, body: { message: 'So the test wants it.' } };
  expect((await request.post(faults, { data })).ok()).toBe(true);
}

test('an operator reads why a delivery failed and when it is retried, and replays a dead letter', async ({
  page,
  stack,
  request,
  inspect,
}) => {
  await signIn(page, 'admin');
  const history = page.getByRole('list', { name: 'Timeline' });
  try {
    await test.step('while Permit is down, the delivery waits for its next attempt', async () => {
      await setPermitFault(request, stack.permitApi, 503);
      await sendEvent(request, stack.server, {
        event: 'User.Data.Updated',
        params: { userId: 'seoyeonkim03' },
      });
      await page.goto('/sync?subject=user:seoyeonkim03&status=pending');
      const row = page.getByRole('row', {
        name: /(?:김서연|User seoyeonkim03).*Retrying.*Permit didn’t respond/s,
      });
      await expect(row).toBeVisible();
      const overview = page.getByRole('region', { name: 'Overview' });
      await expect(overview).toContainText(/Failing.*Permit didn’t respond/s);
      await expect(overview).not.toContainText('In sync');
      await inspect('sync-waiting');
      await page.getByRole('link', { name: 'User details changed' }).click();
      await expect(history.getByRole('heading', { name: 'Permit didn’t respond' })).toBeVisible();
      await expect(history.getByText('HTTP 503').last()).toBeVisible();
      await expect(history.getByText('So the test wants it.').last()).toBeVisible();
      await expect(page.getByText(/^Next attempt /)).toBeVisible();
      await inspect('sync-delivery-waiting');
    });

    await test.step('a permanent error makes it a dead letter, with advice', async () => {
      await setPermitFault(request, stack.permitApi, 422);
      await page.getByRole('button', { name: 'Retry now' }).click();
      await expect(history.getByRole('heading', { name: 'Failed' })).toBeVisible();
      await expect(page.getByText(/Run “pnpm latchkey policy plan” to see what’s missing/)).toBeVisible();
      await inspect('sync-delivery-dead');
    });

    await test.step('after a replay it is applied, and its history remains', async () => {
      await setPermitFault(request, stack.permitApi, null);
      await page.getByRole('button', { name: 'Retry delivery' }).click();
      await expect(history.getByRole('heading', { name: 'Applied' })).toBeVisible();
      await expect(history.getByRole('heading', { name: 'Permit rejected the change' })).toBeVisible();
      await inspect('sync-delivery-through');
    });
  } finally {
    await setPermitFault(request, stack.permitApi, null);
  }
});

test('a run with too many removals stops, shows their number, and continues only when forced', async ({
  page,
  stack,
  request,
  inspect,
}) => {
  const sdk = new Permit({
    token: stack.permitApiKey,
    apiUrl: stack.permitApi,
    pdp: stack.permitPdp,
    log: { level: 'silent' },
  });
  const strangers = Array.from({ length: 60 }, (_, index) => `stranger${String(index).padStart(4, '0')}`);
  await Promise.all(strangers.map((key) => sdk.api.users.create({ key, attributes: { logto_id: key } })));
  await sendEvent(request, stack.server, { event: 'OrganizationRole.Deleted', data: null });

  await signIn(page, 'admin');
  await page.goto('/sync');
  await expect(
    page.getByText(/^60 of \d+ users and organizations would lose access\. The limit is 50\./).first(),
  ).toBeVisible();
  await expect(page.getByText('60 differences')).toBeVisible();
  await inspect('sync-refused');

  await page.getByRole('button', { name: 'Review plan' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reconcile the directory' });
  await expect(dialog.getByText(/“Force” lets a run pass the guard/)).toBeVisible();
  await inspect('sync-refused-dialog');
  await dialog.getByRole('button', { name: 'Show full plan' }).click();
  await expect(dialog.getByText('User to delete').first()).toBeVisible();
  await inspect('sync-refused-plan');
  await dialog.getByRole('textbox').fill('60');
  await dialog.getByRole('button', { name: /^Delete 60 users/ }).click();
  await expect(page.getByText('In sync', { exact: true })).toBeVisible();
  await expect(page.getByText(/\d+ corrected/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review plan' })).toHaveCount(0);
});

/** Sends an event to the server as Logto does, signed with the key of `.env.example`, which the tested server uses. */
async function sendEvent(request: APIRequestContext, server: string, event: object): Promise<void> {
  const example = parseEnv(readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8'));
  const body = JSON.stringify({ createdAt: new Date().toISOString(), ...event });
  const signature = createHmac('sha256', example['LOGTO_WEBHOOK_SIGNING_KEYS'] ?? '')
    .update(body)
    .digest('hex');
  const response = await request.post(`${server}/api/webhooks/logto`, {
    headers: { 'content-type': 'application/json', 'logto-signature-sha-256': signature },
    data: Buffer.from(body),
  });
  expect(response.status()).toBe(200);
}
