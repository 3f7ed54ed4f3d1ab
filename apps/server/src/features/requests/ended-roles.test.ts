import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { permissionsOfRole, type CheckedExplanation, type Decision } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { grantRow } from '../../testing/rows.ts';
import { freshDatabase, openTestDatabase } from '../../testing/fresh-database.ts';
import { openEndedRoles, type EndedRoles, type EndedRolesDeps } from './ended-roles.ts';
import { accessGrants, type GrantRow } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

/* Uses the real table. The server's clock is ahead of the database's unless a test sets it otherwise. */

let ahead = 0;
const now = (): Date => new Date(Date.now() + ahead);
const minute = 60_000;

const grants = vi.fn<() => Promise<{ roles: string[] }>>();
const checkMany = vi.fn<(asked: readonly object[]) => Promise<Pick<Decision, 'outcome'>[]>>();
const explain = vi.fn<(permission: string, on?: string) => Promise<Pick<CheckedExplanation, 'agrees'>>>();
const finish = vi.fn<(id: string) => Promise<boolean>>();
const invalidate = vi.fn<(which: object) => void>();
const onEnd = vi.fn<(subject: string) => void>();
const onError = vi.fn<(error: Error) => void>();

let ended: EndedRoles;
const open = (): Promise<EndedRoles> =>
  openEndedRoles({
    reserved: database.reserved,
    decider: { grants, invalidate } as unknown as EndedRolesDeps['decider'], // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
    permissionsFor: () => ({ checkMany, explain }) as unknown as ReturnType<EndedRolesDeps['permissionsFor']>, // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
    finish,
    onEnd,
    now,
    onError,
  });
const url = await freshDatabase();
const proxy = await startFaultProxy(url);
const database = await openTestDatabase(proxy.through(url));
afterEach(async () => {
  await ended.close();
  await database.db.delete(accessGrants);
  vi.resetAllMocks();
  ahead = 0;
});

async function insert(subject: string, more: Partial<GrantRow> = {}): Promise<string> {
  const row = grantRow({ tenant: 'acme', subject, status: 'active', grantedAt: now(), ...more });
  await database.db.insert(accessGrants).values(row);
  return row.id;
}
const inTime = (milliseconds: number): Date => new Date(now().getTime() + milliseconds);
const endingIn = (milliseconds: number): Partial<GrantRow> => ({ expiresAt: inTime(milliseconds) });
const isGone = (): void => void grants.mockResolvedValue({ roles: ['viewer'] });
const unavailable = { code: 'AUTHORIZATION_UNAVAILABLE' };
const refusalOf = (admitting: Promise<void>): Promise<unknown> =>
  admitting.then(
    () => 'admitted',
    (error: unknown) => error,
  );

test('refuses calls until the ended role is removed and the PDP knows it, and does not check other users', async () => {
  const id = await insert('ann', endingIn(30_000));
  await insert('bob', endingIn(60 * minute));
  ended = await open();
  await ended.admit({ subject: 'ann' });
  expect(finish).not.toHaveBeenCalled();

  ahead += 30_000;
  await ended.admit({ subject: 'bob' });
  expect(finish).not.toHaveBeenCalled();
  finish.mockResolvedValueOnce(false);
  await expect(ended.admit({ subject: 'ann' })).rejects.toMatchObject(unavailable);
  const down = new Error('Permit is down');
  finish.mockRejectedValueOnce(down);
  await expect(ended.admit({ subject: 'ann' })).rejects.toMatchObject({ ...unavailable, cause: down });
  expect(grants).not.toHaveBeenCalled();

  finish.mockResolvedValue(true);
  isGone();
  await Promise.all([ended.admit({ subject: 'ann' }), ended.admit({ subject: 'ann' })]);
  expect(finish.mock.calls).toEqual([[id], [id], [id]]);
  expect(grants.mock.calls).toEqual([['ann', 'acme']]);
  expect(invalidate).toHaveBeenCalledWith({ subject: 'ann' });
  // The removal is now confirmed, so the PDP is not asked again.
  await ended.admit({ subject: 'ann' });
  expect(grants).toHaveBeenCalledTimes(1);
});

const answers = (outcome: 'allow' | 'deny', agrees = true): void => {
  grants.mockResolvedValue({ roles: ['viewer', 'editor'] });
  checkMany.mockImplementation(async (asked) => asked.map(() => ({ outcome })));
  explain.mockResolvedValue({ agrees });
};
const reader = { role: 'reader', resource: 'reports', instance: randomUUID() };

test.each([
  ['a role', {}, permissionsOfRole(policy, 'editor')],
  ['a role on a report', reader, ['reports:view']],
])('a call waits while the PDP allows what %s granted and the facts do not', async (_, target, granted) => {
  await insert('ann', { ...endingIn(-1), ...target });
  ended = await open();
  finish.mockResolvedValue(true);
  answers('allow', false);
  let isAdmitted = false;
  const admitting = ended.admit({ subject: 'ann' }).then(() => (isAdmitted = true));
  await waitFor(() => expect(checkMany.mock.calls.length).toBeGreaterThan(2));
  expect(isAdmitted).toBe(false);
  const on = 'instance' in target ? target.instance : undefined;
  expect(checkMany.mock.calls[0]).toEqual([granted.map((permission) => ({ permission, on }))]);
  expect(explain.mock.calls.slice(0, granted.length)).toEqual(granted.map((permission) => [permission, on]));
  // Another role grants the permissions, so the facts explain the answer.
  answers('allow', true);
  await admitting;
  expect(grants).toHaveBeenCalledTimes('instance' in target ? 0 : checkMany.mock.calls.length);
});

test('a PDP denial needs no explanation, and a role removed from the policy grants nothing', async () => {
  await insert('ann', endingIn(-1));
  await insert('bob', { ...endingIn(-1), role: 'of-an-older-policy' });
  ended = await open();
  finish.mockResolvedValue(true);
  answers('deny');
  await Promise.all([ended.admit({ subject: 'ann' }), ended.admit({ subject: 'bob' })]);
  expect(checkMany).toHaveBeenCalledTimes(1);
  expect(explain).not.toHaveBeenCalled();
});

test("for ten seconds, checks the PDP for another replica's removal, unless the role was granted again", async () => {
  const isEnded = { ...endingIn(-60_000), status: 'ended' as const };
  await insert('ann', { ...isEnded, endedAt: inTime(-1_000) });
  await insert('bob', { ...isEnded, endedAt: inTime(-11_000) });
  await insert('cy', { ...isEnded, endedAt: inTime(-1_000) });
  await insert('cy', endingIn(60 * minute));
  // Not over by this replica's clock, but ended by the replica that removed the role.
  await insert('dora', { status: 'ended', ...endingIn(minute), endedAt: inTime(-1_000) });
  ended = await open();
  isGone();
  for (const subject of ['ann', 'bob', 'cy', 'dora']) await ended.admit({ subject });
  expect(finish).not.toHaveBeenCalled();
  expect(grants.mock.calls).toEqual(['ann', 'dora'].map((subject) => [subject, 'acme']));
});

test('another role, or the same role of another user, tenant or instance, does not hide an ended one', async () => {
  const reported = { role: 'editor', resource: 'reports', instance: randomUUID() };
  const cases: readonly (readonly [subject: string, of: Partial<GrantRow>, lasting: Partial<GrantRow>])[] = [
    ['tenant', {}, { tenant: 'globex' }],
    ['user', {}, { subject: 'someone-else' }],
    ['role', {}, { role: 'admin' }],
    ['on-instance', {}, reported],
    ['of-instance', reported, {}],
    ['instance', reported, { ...reported, instance: randomUUID() }],
    ['resource', reported, { ...reported, resource: 'collections' }],
    ['ended-again', {}, { status: 'ended', endedAt: inTime(-11_000), ...endingIn(-60_000) }],
  ];
  for (const [subject, of, lasting] of cases) {
    const end = { ...endingIn(-60_000), status: 'ended' as const, endedAt: inTime(-1_000) };
    await insert(subject, { ...end, ...of });
    await insert(subject, { ...endingIn(60 * minute), ...lasting });
  }
  // The same role was granted again, which is allowed.
  await insert('again', { ...endingIn(-60_000), status: 'ended', endedAt: inTime(-1_000) });
  await insert('again', { status: 'pending', ...endingIn(60 * minute) });
  await insert('again-on', { ...endingIn(-60_000), status: 'ended', endedAt: inTime(-1_000), ...reported });
  await insert('again-on', { ...endingIn(60 * minute), ...reported });
  ended = await open();
  answers('allow', true);
  for (const [subject] of cases) {
    await ended.admit({ subject });
    expect([subject, checkMany.mock.calls.length]).not.toEqual([subject, 0]);
    checkMany.mockClear();
  }
  for (const subject of ['again', 'again-on']) await ended.admit({ subject });
  expect(checkMany).not.toHaveBeenCalled();
});

test('announces an end without a call, and again when the PDP reflects the removal', async () => {
  await insert('ann', endingIn(30_000));
  ended = await open();
  expect(onEnd).not.toHaveBeenCalled();
  ahead += 30_000;
  await waitFor(() => expect(onEnd.mock.calls).toEqual([['ann']]));
  finish.mockResolvedValue(true);
  isGone();
  await ended.admit({ subject: 'ann' });
  expect(onEnd.mock.calls).toEqual([['ann'], ['ann']]);
});

test('with a list older than thirty seconds, admits no caller until the database is back', async () => {
  ended = await open();
  await proxy.set('refused');
  ahead += 25_000;
  await ended.admit({ subject: 'ann' });
  ahead += 6_000;
  await expect(ended.admit({ subject: 'ann' })).rejects.toMatchObject(unavailable);
  expect(onError).toHaveBeenCalled();
  await proxy.set('none');
  await ended.admit({ subject: 'ann' });
});

test('after a clock jump, reads the list again before admitting a caller', async () => {
  ended = await open();
  await insert('ann', endingIn(60 * minute));
  ahead += 61 * minute;
  finish.mockResolvedValue(false);
  await expect(ended.admit({ subject: 'ann' })).rejects.toMatchObject(unavailable);
});

test('a replica with a slow clock ends grants on time', async () => {
  await insert('ann', endingIn(-1));
  ahead = -60 * minute;
  ended = await open();
  finish.mockResolvedValue(true);
  isGone();
  await ended.admit({ subject: 'ann' });
  expect(finish).toHaveBeenCalledTimes(1);
});

test('refuses a caller who waits for a hanging removal after three seconds', async () => {
  await insert('ann', endingIn(-1));
  ended = await open();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const removing = Promise.withResolvers<boolean>();
  finish.mockReturnValue(removing.promise);
  const refused = refusalOf(ended.admit({ subject: 'ann' }));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await refused).toMatchObject(unavailable);
  vi.useRealTimers();
  removing.resolve(false);
});

test.each([
  ['three seconds are over', () => void vi.advanceTimersByTime(3_001)],
  ['the server closes', () => ended.close()],
])('polls a PDP that does not learn of an end until %s', async (_, then) => {
  await insert('ann', endingIn(-1));
  ended = await open();
  vi.useFakeTimers({ toFake: ['performance'] });
  finish.mockResolvedValue(true);
  answers('allow', false);
  const refused = refusalOf(ended.admit({ subject: 'ann' }));
  await waitFor(() => expect(grants).toHaveBeenCalledTimes(3));
  await then();
  expect(await refused).toMatchObject({ ...unavailable, cause: unavailable });
  vi.useRealTimers();
  const { length } = grants.mock.calls;
  await ended.close();
  expect(grants).toHaveBeenCalledTimes(length);
});
