import { NotInPolicyError, PermitApiError } from '@latchkey/permissions/permit';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Account } from '../../directory/accounts.ts';
import { grantRow } from '../../testing/rows.ts';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { createGrantStore } from './grant-store.ts';
import { createGrantWorker, type GrantWorker, type GrantWorkerDeps } from './grant-worker.ts';
import type { PlacedRole } from '../../directory/roles-in-tenant.ts';
import type { RequestChange } from './target.ts';
import { accessGrants, type GrantRow } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

/* Uses the real table. The clock is fixed, and Permit answers as configured by the test. */

const start = Date.parse('2026-11-01T09:00:00Z');
let clock = start;
const now = (): Date => new Date(clock);
const after = (seconds: number): Date => new Date(clock + seconds * 1_000);

const assignRole = vi.fn<(...call: unknown[]) => Promise<'assigned' | 'already'>>();
const unassignRole = vi.fn<(...call: unknown[]) => Promise<'removed' | 'absent'>>();
const readSuspendedRoles = vi.fn<() => Promise<PlacedRole[]>>();
const accountOf = vi.fn<() => Promise<Account | undefined>>();
const hasInstance = vi.fn<GrantWorkerDeps['hasInstance']>();
let changes: RequestChange[] = [];
let errors: Error[] = [];

const database = await openTestDatabase();
let worker: GrantWorker;
beforeEach(() => {
  worker = createGrantWorker({
    store: createGrantStore({ db: database.db, now, async recordEnd() {}, notices: { async add() {} } }),
    directory: { assignRole, unassignRole },
    readSuspendedRoles,
    accountOf,
    hasInstance,
    now,
    onChange: (change) => changes.push(change),
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  // A poll that is still running would see the grants and the clock of the next test.
  await worker.close();
  await database.db.delete(accessGrants);
  vi.resetAllMocks();
  [clock, changes, errors] = [start, [], []];
});

async function insert(more: Partial<GrantRow> = {}): Promise<string> {
  const row = grantRow({ tenant: 'acme', grantedAt: now(), ...more });
  await database.db.insert(accessGrants).values(row);
  return row.id;
}
async function until(id: string, expected: Partial<GrantRow>): Promise<GrantRow> {
  return waitFor(async () => {
    worker.wake();
    const [found] = await database.db.select().from(accessGrants).where(eq(accessGrants.id, id));
    expect(found).toMatchObject(expected);
    return found!;
  });
}
const outage = new PermitApiError('unavailable', { permitStatus: 503, cause: undefined });
const report = { resource: 'reports', instance: 'r1', role: 'reader' };
const collection = { resource: 'collections', instance: 'c1', role: 'reader' };
const changeOf = (on: Pick<RequestChange, 'resource' | 'instance'>): RequestChange => ({
  tenant: 'acme',
  subject: 'ann',
  ...on,
});

test('assigns a role where it was granted, and notifies open pages', async () => {
  assignRole.mockResolvedValue('assigned');
  hasInstance.mockImplementation(async (tenant, { resource, id }) =>
    ['acme reports r1', 'acme collections c1'].includes(`${tenant} ${resource} ${id}`),
  );
  await until(await insert(), { status: 'active', attempts: 0 });
  await until(await insert(report), { status: 'active', attempts: 0 });
  await until(await insert(collection), { status: 'active', attempts: 0 });
  expect(assignRole.mock.calls).toEqual([
    [{ user: 'ann', role: 'editor', tenant: 'acme' }],
    [{ user: 'ann', role: 'reader', tenant: 'acme', instance: 'reports:r1' }],
    [{ user: 'ann', role: 'reader', tenant: 'acme', instance: 'collections:c1' }],
  ]);
  await waitFor(() =>
    expect(changes).toEqual([
      changeOf({ resource: null, instance: null }),
      changeOf({ resource: 'reports', instance: 'r1' }),
      changeOf({ resource: 'collections', instance: 'c1' }),
    ]),
  );
});

test('announces an end that is near', async () => {
  const end = { decidedAt: after(-3_000), expiresAt: after(1_000) };
  await until(await insert({ status: 'active', ...end }), { warnedAt: now() });
  await waitFor(() => expect(changes).toEqual([changeOf({ resource: null, instance: null })]));
});

test('assigns no role in its last fifteen seconds, but removes it at its end', async () => {
  assignRole.mockResolvedValue('assigned');
  readSuspendedRoles.mockResolvedValue([]);
  unassignRole.mockResolvedValue('removed');
  const [inTime, late] = [after(15), after(14.999)];
  const id = await insert({ expiresAt: late });
  await until(id, { status: 'pending', nextAttemptAt: late });
  await until(await insert({ subject: 'bob', expiresAt: inTime }), { status: 'active' });
  expect(assignRole.mock.calls).toEqual([[{ user: 'bob', role: 'editor', tenant: 'acme' }]]);
  clock += 15_000;
  await until(id, { status: 'ended', endedAt: now() });
  expect(unassignRole).toHaveBeenCalledWith({ user: 'ann', role: 'editor', tenant: 'acme' });
  expect(assignRole).toHaveBeenCalledTimes(1);
});

test('the pauses grow to a minute during an outage of Permit', async () => {
  assignRole.mockRejectedValue(outage);
  const id = await insert();
  const pauses: number[] = [];
  for (let attempts = 1; attempts <= 13; attempts++) {
    const { nextAttemptAt } = await waitFor(async () => {
      const found = await until(id, { attempts, status: 'pending' });
      expect(errors).toHaveLength(attempts);
      // Waits until the pause after the failure has replaced the lease of 30 seconds.
      expect(assignRole.mock.settledResults).toHaveLength(attempts);
      expect(found.nextAttemptAt.getTime() - clock).not.toBe(30_000);
      return found;
    });
    pauses.push((nextAttemptAt.getTime() - clock) / 1_000);
    clock = nextAttemptAt.getTime();
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60]);
  expect(new Set(errors)).toEqual(new Set([outage]));
  expect(changes).toEqual([]);
});

test.each([
  [{ permitStatus: 400 }, 'failed'],
  [{ permitStatus: 404 }, 'failed'],
  [{ permitStatus: 401 }, 'pending'],
  [{ permitStatus: 403 }, 'pending'],
  [{ permitStatus: 429 }, 'pending'],
  [{ permitStatus: undefined }, 'pending'],
  [{ permitStatus: undefined, retryable: false }, 'pending'],
] as const)('when Permit answers %j the grant is %s', async (failure, status) => {
  assignRole.mockRejectedValue(new PermitApiError('no', { ...failure, cause: undefined }));
  const id = await insert();
  const isFailed = status === 'failed';
  await until(id, isFailed ? { status, failure: 'PERMIT_REFUSED', endedAt: now() } : { attempts: 1 });
  await waitFor(() => expect([errors.length, changes.length]).toEqual(isFailed ? [0, 1] : [1, 0]));
  await until(id, { status, failure: isFailed ? 'PERMIT_REFUSED' : null });
});

test('other failures are not refusals and are retried', async () => {
  assignRole.mockRejectedValueOnce(new TypeError('a fault of ours')).mockResolvedValue('assigned');
  const id = await insert();
  await waitFor(() => expect(errors).toHaveLength(1));
  clock += 1_000;
  await until(id, { status: 'active' });
});

test('a grant fails when the role exists at the first attempt, and succeeds when it exists at a later one', async () => {
  assignRole.mockResolvedValue('already');
  const first = await until(await insert({ attempts: 0 }), { status: 'failed' });
  expect(first).toMatchObject({ failure: 'ALREADY_HELD', endedAt: now() });
  await until(await insert({ attempts: 1 }), { status: 'active' });
});

test('assigns no role on a deleted report or collection, because Permit would recreate it', async () => {
  hasInstance.mockResolvedValue(false);
  await until(await insert(report), { status: 'failed', failure: 'INSTANCE_GONE' });
  await until(await insert(collection), { status: 'failed', failure: 'INSTANCE_GONE' });
  expect(assignRole).not.toHaveBeenCalled();
  // Deleted during the assignment.
  hasInstance.mockResolvedValueOnce(true);
  assignRole.mockResolvedValue('assigned');
  await until(await insert(collection), { status: 'failed', failure: 'INSTANCE_GONE' });
  expect(unassignRole.mock.calls).toEqual(assignRole.mock.calls);
});

/** An ended grant, claimed by another worker, so that only `finish` processes it. */
const over = {
  status: 'ending' as const,
  expiresAt: new Date(start - 1),
  nextAttemptAt: new Date(start + 3_600_000),
};
const stored = { role: 'editor' };

test('a role of a suspended user is assigned when they are active again', async () => {
  const suspended = { status: 'suspended', revision: 3 } as const;
  accountOf.mockResolvedValueOnce(suspended);
  const id = await insert();
  await until(id, { status: 'pending', nextAttemptAt: after(60) });
  expect(assignRole).not.toHaveBeenCalled();

  // The suspension begins during the assignment.
  clock += 60_000;
  accountOf.mockResolvedValueOnce(undefined).mockResolvedValueOnce(suspended);
  assignRole.mockResolvedValue('assigned');
  await until(id, { status: 'pending', nextAttemptAt: after(60) });
  expect([assignRole, unassignRole].map(({ mock }) => mock.calls)).toEqual([
    [[{ user: 'ann', role: 'editor', tenant: 'acme' }]],
    [[{ user: 'ann', role: 'editor', tenant: 'acme' }]],
  ]);

  clock += 60_000;
  await until(id, { status: 'active' });
});

test.each<[string, PlacedRole[], (Account | undefined)[]]>([
  ['stored the role on suspension', [stored], [undefined, undefined]],
  ['is suspended', [], [0, 0].map(() => ({ status: 'suspended', revision: 3 }))],
  [
    'was suspended meanwhile and is active again',
    [],
    [3, 5].map((revision) => ({ status: 'active', revision })),
  ],
  ['became known meanwhile', [], [undefined, { status: 'active', revision: 1 }]],
])('a role whose holder %s may return, so it is removed again', async (_, suspended, accounts) => {
  const id = await insert(over);
  readSuspendedRoles.mockResolvedValueOnce(suspended);
  for (const account of accounts) accountOf.mockResolvedValueOnce(account);
  expect(await worker.finish(id)).toBe(false);
  expect(unassignRole).toHaveBeenCalledTimes(1);
  await until(id, { status: 'ending', endedAt: null, nextAttemptAt: after(1) });
  expect(changes).toEqual([]);

  readSuspendedRoles.mockResolvedValue([{ role: 'viewer' }, { ...stored, instance: 'reports:r1' }]);
  accountOf.mockResolvedValue({ status: 'active', revision: 6 });
  expect(await worker.finish(id)).toBe(true);
  expect(unassignRole).toHaveBeenCalledTimes(2);
  await until(id, { status: 'ended', endedAt: now() });
  expect(changes).toEqual([changeOf({ resource: null, instance: null })]);
  expect(await worker.finish(id)).toBe(true);
  expect(unassignRole).toHaveBeenCalledTimes(2);
});

test('finish reports failure while Permit is down, and the removal is retried in a second', async () => {
  const id = await insert({ ...over, ...report });
  readSuspendedRoles.mockResolvedValue([]);
  unassignRole.mockRejectedValueOnce(outage);
  await expect(worker.finish(id)).rejects.toBe(outage);
  await until(id, { status: 'ending', nextAttemptAt: after(1) });
  clock += 1_000;
  await until(id, { status: 'ended' });
  expect(unassignRole.mock.calls).toEqual(
    [0, 1].map(() => [{ user: 'ann', role: 'reader', tenant: 'acme', instance: 'reports:r1' }]),
  );
});

test('a role that neither the policy nor Permit has is not assigned, and its grant ends', async () => {
  const error = new NotInPolicyError('The policy has no tenant role "guest". Known: viewer.');
  assignRole.mockRejectedValue(error);
  unassignRole.mockRejectedValue(error);
  readSuspendedRoles.mockResolvedValue([]);
  await until(await insert({ role: 'guest' }), { status: 'failed', failure: 'PERMIT_REFUSED' });
  await until(await insert({ role: 'guest', status: 'ending' }), { status: 'ended' });
  expect(errors).toEqual([]);
});
