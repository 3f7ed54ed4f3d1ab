import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { grantRow, requestRow } from '../../testing/rows.ts';
import type { Mailing, Notice, QueuedNotice } from '../../directory/notice.ts';
import { createReadRequestNotice, type ReadNoticeDeps } from './read-notice.ts';
import { accessGrants, accessRequests } from './tables.ts';

/* Uses the real tables. The test supplies the users. */

const now = new Date('2026-11-01T09:00:00Z');
const end = new Date('2026-11-01T12:00:00Z');
const people = new Map([['ann', { key: 'ann', name: 'Ann' }]]);
const [report, untitled] = [randomUUID(), randomUUID()];
const linkTo = vi.fn<Mailing['linkTo']>();
const recipients = vi.fn<Mailing['recipients']>();
const authorizedUsers = vi.fn<ReadNoticeDeps['decider']['authorizedUsers']>();
const titlesOf = vi.fn<ReadNoticeDeps['titlesOf']>();

let read: (notice?: Partial<QueuedNotice>) => Promise<Notice | undefined>;
const database = await openTestDatabase();
beforeEach(() => {
  linkTo.mockImplementation((path, tenant) => `https://console.example${path}?org=${tenant}`);
  recipients.mockImplementation(async (_tenant, _kind, keys) => keys.map((key) => `${key}@example.com`));
  authorizedUsers.mockImplementation(async ({ tenant }) => [`${tenant}-admin`, 'ann', `${tenant}-admin`]);
  titlesOf.mockResolvedValue(new Map([[report, 'Costs']]));
  const readNotice = createReadRequestNotice({
    db: database.db,
    findPeople: async () => people,
    titlesOf,
    decider: { authorizedUsers },
    rules: {},
    now: () => now,
  });
  const row: QueuedNotice = {
    id: randomUUID(),
    requestId: randomUUID(),
    grantId: null,
    reviewId: null,
    kind: 'asked',
    endsAt: null,
  };
  read = (notice) => readNotice({ linkTo, recipients }, { ...row, ...notice });
});
afterEach(async () => {
  await database.db.delete(accessRequests);
  await database.db.delete(accessGrants);
  vi.resetAllMocks();
});

async function request(more: Partial<typeof accessRequests.$inferInsert> = {}): Promise<string> {
  const row = requestRow({ tenant: 'acme', createdAt: now, ...more });
  await database.db.insert(accessRequests).values(row);
  return row.id;
}
async function granted(more: Partial<typeof accessGrants.$inferInsert> = {}): Promise<string> {
  const subject = `ann ${randomUUID()}`;
  const row = grantRow({
    tenant: 'acme',
    subject,
    status: 'active',
    grantedAt: now,
    expiresAt: end,
    ...more,
  });
  await database.db.insert(accessGrants).values(row);
  return request({ status: 'approved', grantId: row.id });
}

test('notifies each approver of the tenant once, hides them from one another, and omits the requester', async () => {
  const requestId = await request({ duration: 7_200 });
  const notice = await read({ requestId });
  expect(notice).toMatchObject({
    kind: 'asked',
    tenant: 'acme',
    headline: 'Ann requested the role editor for 2 hours.',
    reason: 'For the review',
    link: { url: `https://console.example/requests/${requestId}?org=acme`, label: 'Decide' },
    email: { headline: 'Ann requested the role editor for 2 hours.', field: 'bcc' },
  });
  expect(await notice?.email.recipients()).toEqual(['acme-admin@example.com']);
  recipients.mockImplementation(async (tenant, kind) => (tenant === 'acme' && kind === 'asked' ? [] : ['x']));
  expect(await notice?.email.recipients()).toEqual([]);
});

test.each(['the grant', 'the request, as in an earlier version'])(
  'sends the end of a role to its holder alone, with the name for others and without the reason, by %s',
  async (by) => {
    const grantId = randomUUID();
    const requestId = await granted({ id: grantId, subject: 'ann' });
    const of = by === 'the grant' ? { grantId, requestId: null } : { requestId };
    const notice = await read({ ...of, kind: 'ends-soon', endsAt: end });
    expect(notice).toMatchObject({
      kind: 'ends-soon',
      tenant: 'acme',
      headline: 'The role editor of Ann expires on 1 November 2026 at 12:00 UTC.',
      reason: null,
      link: { url: 'https://console.example/access?org=acme', label: 'Request again' },
      email: { headline: 'Your role editor expires on 1 November 2026 at 12:00 UTC.', field: 'to' },
    });
    expect(await notice?.email.recipients()).toEqual(['ann@example.com']);
    recipients.mockImplementation(async (tenant, kind) =>
      tenant === 'acme' && kind === 'ends-soon' ? [] : ['x'],
    );
    expect(await notice?.email.recipients()).toEqual([]);
  },
);

const headline = async (more: Partial<typeof accessRequests.$inferInsert>) =>
  (await read({ requestId: await request(more) }))?.headline;

test.each([
  [30, '1 minute'],
  [60, '1 minute'],
  [61, '2 minutes'],
  [3_600, '1 hour'],
  [5_400, '2 hours'],
  [86_400, '1 day'],
  [604_800, '7 days'],
])('%i seconds are formatted as %s', async (duration, text) => {
  expect(await headline({ duration })).toBe(`Ann requested the role editor for ${text}.`);
});

test('a permanent role, on a report with or without a title, for a requester without a name', async () => {
  const on = { resource: 'reports', instance: report, role: 'reader' };
  expect(await headline(on)).toBe('Ann requested the role reader on the report "Costs" permanently.');
  expect(titlesOf).toHaveBeenCalledWith('acme', 'reports', [report]);
  expect(await headline({ ...on, instance: untitled, requester: 'bo' })).toBe(
    `bo requested the role reader on the report "${untitled}" permanently.`,
  );
});

test.each(['approved', 'refused', 'withdrawn'] as const)(
  '%s in the meantime: sends no notice',
  async (status) => {
    expect(await read({ requestId: await request({ status }) })).toBeUndefined();
  },
);

test('sends no notice if the end has moved or passed, or if the role was removed', async () => {
  const ends = { kind: 'ends-soon', endsAt: end } as const;
  const past = new Date(now.getTime());
  const later = new Date(end.getTime() + 1);
  expect(await read({ ...ends, requestId: await granted({ expiresAt: later }) })).toBeUndefined();
  expect(await read({ ...ends, requestId: await granted({ expiresAt: null }) })).toBeUndefined();
  expect(await read({ ...ends, requestId: await granted({ status: 'ended' }) })).toBeUndefined();
  expect(
    await read({ ...ends, endsAt: past, requestId: await granted({ expiresAt: past }) }),
  ).toBeUndefined();
  expect(
    await read({ ...ends, endsAt: null, requestId: await granted({ expiresAt: null }) }),
  ).toBeUndefined();
  expect(await read({ ...ends, requestId: await request() })).toBeUndefined();
});

test("without the console's URL there is no link, and a deleted request has no notice", async () => {
  linkTo.mockReturnValue(undefined);
  expect((await read({ requestId: await request() }))?.link).toBeUndefined();
  expect(await read()).toBeUndefined();
  expect(await read({ requestId: await request({ role: 'no role of the policy' }) })).toBeUndefined();
});
