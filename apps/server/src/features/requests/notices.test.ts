import { eq } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { startNoticeReceivers } from '../../testing/notice-receivers.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { clearRequests, untilStatus } from '../../testing/requests.ts';
import { startUpstreams, startTestServer } from '../../testing/test-server.ts';
import { reports as reportTable } from '../reports/tables.ts';
import { requestNotices } from '../notices/tables.ts';
import type { Target } from './target.ts';
import { waitFor } from '../../testing/wait-for.ts';

const secret = `whsec_${Buffer.from('a key of thirty-two bytes, exact').toString('base64')}`;

let ahead = 0;
let lines: string[] = [];
const receivers = await startNoticeReceivers();
const settings = {
  upstreams: await startUpstreams(),
  now: () => new Date(Date.now() + ahead),
  onLog: (line: string) => lines.push(line),
  notices: {
    webhook: { url: receivers.webhookUrl, secret },
    email: { url: receivers.smtpUrl, from: 'Latchkey <latchkey@example.com>' },
  },
  consoleUrl: 'https://console.example',
};
let server = await startTestServer(settings);
for (const [key, role] of [
  ['ann', 'viewer'],
  ['ada', 'admin'],
  ['alan', 'admin'],
] as const) {
  const user = { key, firstName: `Name of ${key}`, email: `${key}@example.com` };
  await server.directory.provisionUser(user, { role, tenant: 'default' });
}
afterEach(async () => {
  await server.db.delete(requestNotices);
  await clearRequests(server);
  await server.directory.unassignRole({ user: 'ann', role: 'editor', tenant: 'default' });
  lines = [];
  receivers.reset();
});

const ask = async (
  reason = 'To write & publish <the> review',
  [key, tenant]: readonly [string, string?] = ['ann'],
  target: Target = { kind: 'role', role: 'editor' },
): Promise<string> => {
  const asked = await (
    await server.as(key, tenant)
  ).requests.create.mutate({ target, reason, duration: 86_400 });
  return asked.id;
};

test('notifies approvers by a signed webhook that Slack displays, and by individual emails', async () => {
  const id = await ask();
  await waitFor(() => expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]));
  const [call] = receivers.calls;
  const headers = Object.fromEntries(
    Object.entries(call?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const message = new Webhook(secret).verify(call?.body ?? '', headers);
  expect(message).toMatchObject({
    text: 'Name of ann requested the role editor for 1 day.',
    metadata: { event_type: 'access_requested' },
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `Name of ann requested the role editor for 1 day.\n>To write &amp; publish &lt;the&gt; review\n<https://console.example/requests/${id}|Decide>`,
        },
      },
    ],
  });
  expect(receivers.mails[0]?.to.toSorted()).toEqual(['ada@example.com', 'alan@example.com']);
  expect(receivers.mails[0]?.text).toContain('Subject: Name of ann requested the role editor for 1 day.');
  expect(receivers.mails[0]?.text).toContain(`https://console.example/requests/${id}`);
  expect(receivers.mails[0]?.text).not.toContain('ada@example.com');
});

test('a user who opted out of a kind of email gets none in that tenant, and other users do', async () => {
  const ada = (await server.as('ada')).requests;
  expect(await ada.mails.query()).toEqual([
    { kind: 'asked', isWanted: true },
    { kind: 'ends-soon', isWanted: true },
    { kind: 'review-due', isWanted: true },
  ]);
  await ada.chooseMail.mutate({ kind: 'asked', isWanted: false });
  await ada.chooseMail.mutate({ kind: 'asked', isWanted: false });
  await ask();
  await waitFor(() => expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]));
  expect(receivers.mails[0]?.to).toEqual(['alan@example.com']);
  expect(await (await server.as('alan')).requests.mails.query()).toContainEqual({
    kind: 'asked',
    isWanted: true,
  });
  await ada.chooseMail.mutate({ kind: 'asked', isWanted: true });
  expect(await ada.mails.query()).toContainEqual({ kind: 'asked', isWanted: true });
});

test('notifies users who can share a collection of its requests, with its title', async () => {
  const user = { key: 'olga', firstName: 'Olga', email: 'olga@example.com' };
  await server.directory.provisionUser(user, { role: 'viewer', tenant: 'default' });
  const { collections } = await server.as('ada');
  const { id } = await collections.create.mutate({ title: 'Audit 2026' });
  await collections.share.mutate({ id, subject: 'olga', role: 'owner' });
  const ofOlga = (await server.as('olga')).collections;
  await waitFor(() => ofOlga.access.query({ id }));
  await ask('For the audit', ['ann'], { kind: 'instance', resource: 'collections', id, role: 'reader' });
  await waitFor(() => expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]));
  expect(JSON.parse(receivers.calls[0]?.body ?? '')).toMatchObject({
    text: 'Name of ann requested the role reader on the collection "Audit 2026" for 1 day.',
  });
  expect(receivers.mails[0]?.to).toContain('olga@example.com');
});

test('sends the title of a confidential report neither by email nor by webhook', async () => {
  const { reports } = await server.as('ada');
  const { id } = await reports.create.mutate({ title: 'Merger with Umbra', kind: 'access-review' });
  await reports.publish.mutate({ id });
  await server.db.update(reportTable).set({ classification: 'confidential' }).where(eq(reportTable.id, id));
  const cleared = { key: 'clea', attributes: { clearance: 'confidential' } };
  await server.directory.provisionUser(cleared, { role: 'viewer', tenant: 'default' });
  await ask('For the audit', ['clea'], { kind: 'instance', resource: 'reports', id, role: 'reader' });
  await waitFor(() => expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]));
  const sent = JSON.stringify([receivers.calls, receivers.mails]);
  expect(sent).toContain(`requested the role reader on the report`);
  expect(sent).not.toContain('Umbra');
});

test('the link of a notice names the organization of the request', async () => {
  await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
  await server.directory.provisionUser({ key: 'amy' }, { role: 'viewer', tenant: 'acme' });
  const id = await ask('To work there', ['amy', 'acme']);
  await waitFor(() => expect(receivers.calls).toHaveLength(1));
  expect(receivers.calls[0]?.body).toContain(`<https://console.example/requests/${id}?org=acme|Decide>`);
});

test('an approver gets an email behind any number of approvers without an address', async () => {
  await permitSdk(server.permit).api.tenants.create({ key: 'globex', name: 'Globex' });
  const inGlobex = { role: 'admin', tenant: 'globex' } as const;
  const machines = Array.from({ length: 55 }, (_, index) => `machine-${index}`);
  await Promise.all(machines.map((key) => server.directory.provisionUser({ key }, inGlobex)));
  await server.directory.provisionUser({ key: 'zoe', email: 'zoe@example.com' }, inGlobex);
  await server.directory.provisionUser({ key: 'gus' }, { role: 'viewer', tenant: 'globex' });
  await ask('To work there', ['gus', 'globex']);
  await waitFor(() => expect(receivers.mails.map(({ to }) => to)).toEqual([['zoe@example.com']]));
});

test('a failing receiver gets the same message again until it accepts it, and a redirect is a failure', async () => {
  receivers.statuses = [500, 302, 200];
  receivers.refusesMail = true;
  await ask();
  for (const times of [1, 2, 3]) {
    await waitFor(async () => {
      expect(receivers.calls).toHaveLength(times);
      const rows = await server.db.select().from(requestNotices);
      const { status, nextAttemptAt } = rows.find(({ channel }) => channel === 'webhook') ?? {};
      // Waits for the end of the attempt: its lease is 30 s, the pause after it at most 10 s.
      const pause = (nextAttemptAt?.getTime() ?? Infinity) - Date.now() - ahead;
      expect(status === 'done' || pause <= 10_000).toBe(true);
    });
    ahead += 60_000;
  }
  expect(new Set(receivers.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(receivers.mails).toEqual([]);
  receivers.refusesMail = false;
  await waitFor(() => {
    ahead += 60_000;
    expect(receivers.mails).toHaveLength(1);
  });
  await waitFor(async () => {
    const rows = await server.db.select().from(requestNotices);
    expect(rows.map(({ status }) => status)).toEqual(['done', 'done']);
  });
  expect(receivers.calls).toHaveLength(3);
});

test('sends a skipped notice if the decision is undone', async () => {
  receivers.refusesMail = true;
  const id = await ask();
  const { requests } = await server.as('ada');
  const { decidedAt } = await requests.refuse.mutate({ id });
  await waitFor(async () => {
    const rows = await server.db.select().from(requestNotices);
    expect(rows.find(({ channel }) => channel === 'email')).toMatchObject({ status: 'skipped' });
  });
  receivers.refusesMail = false;
  // Waiting for the email advances the clock, so the undo comes first.
  await requests.undo.mutate({ id, decidedAt: decidedAt ?? '' });
  await waitFor(() => expect(receivers.mails).toHaveLength(1));
});

test('announces the end of a role once across replicas: to the holder by email, and to the webhook', async () => {
  const id = await ask();
  await waitFor(() => expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]));
  [receivers.calls, receivers.mails] = [[], []];
  const replica = await startTestServer({ ...settings, databaseUrl: server.databaseUrl });
  const { grant } = await (await server.as('ada')).requests.approve.mutate({ id });
  await untilStatus(server, 'ann', 'active');
  ahead += 82_800_000;
  await waitFor(() => expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]));
  const end = new Date(grant?.expiresAt ?? '').toISOString().slice(11, 16);
  expect(JSON.parse(receivers.calls[0]?.body ?? '')).toMatchObject({
    text: expect.stringMatching(
      new RegExp(`^The role editor of Name of ann expires on .* at ${end} UTC\\.$`),
    ),
    metadata: { event_type: 'access_ends_soon', event_payload: { tenant: 'default' } },
  });
  expect(receivers.mails[0]?.to).toEqual(['ann@example.com']);
  expect(receivers.mails[0]?.text).toContain('To: ann@example.com');
  expect(receivers.mails[0]?.text).toContain('Your role editor expires on');
  expect(receivers.mails[0]?.text).toContain('https://console.example/access');
  const notices = await server.db.select().from(requestNotices).where(eq(requestNotices.kind, 'ends-soon'));
  expect(notices).toHaveLength(2);
  await replica.close();
  expect([receivers.calls.length, receivers.mails.length]).toEqual([1, 1]);
});

test('the log contains no names, addresses or reasons', async () => {
  receivers.statuses = [500];
  receivers.refusesMail = true;
  await ask('a secret reason');
  await waitFor(() => {
    ahead += 60_000;
    expect(lines.filter((line) => line.includes('not sent')).length).toBeGreaterThan(1);
  });
  expect(lines.join('\n')).not.toMatch(/Name of|example\.com|secret reason/);
});
