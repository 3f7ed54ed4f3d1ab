import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { openBus } from '../../../platform/bus/open-bus.ts';
import { freshDatabase, openTestDatabase } from '../../../testing/fresh-database.ts';
import { openRevocations, type Revocations } from './revocations.ts';

const onError = (): void => {};
const open = (): Promise<Revocations> =>
  openRevocations({ ...database, bus, async onRevoked() {}, onChange() {}, onError });
const url = await freshDatabase();
const database = await openTestDatabase(url);
const bus = await openBus({ url, onError, onAlone: async () => {} });
const revocations = await open();
afterAll(async () => {
  await revocations.close();
  await bus.close();
});

const statusOf = async (id: string): Promise<string | undefined> =>
  (await revocations.recordsOf([id])).get(id)?.status;
const confirmedAt = async (id: string): Promise<number> =>
  (await revocations.recordsOf([id])).get(id)?.confirmedAt.getTime() ?? 0;

test('this replica knows a recorded status, and so does one that starts later', async () => {
  for (const status of ['suspended', 'gone'] as const) {
    expect(await revocations.record(status, status)).toBe(true);
    expect(revocations.isRevoked(status)).toBe(true);
  }
  const later = await open();
  expect(['suspended', 'gone', 'nobody'].map((id) => later.isRevoked(id))).toEqual([true, true, false]);
  await later.close();
  await revocations.record('suspended', 'active');
  expect(revocations.isRevoked('suspended')).toBe(false);
});

test('active users are recorded once each, and a recorded revocation is preserved', async () => {
  await revocations.record('a-gone', 'gone');
  await revocations.record('a-old', 'active');
  await database.db.execute(sql`update directory_users set confirmed_at = '2020-01-01' where id = 'a-old'`);
  await revocations.rememberActive(['a-new', 'a-old', 'a-gone', 'a-new']);
  await revocations.rememberActive([]);
  expect([await statusOf('a-new'), await statusOf('a-old'), await statusOf('a-gone')]).toEqual([
    'active',
    'active',
    'gone',
  ]);
  expect(await confirmedAt('a-old')).toBeGreaterThan(Date.parse('2020-01-02'));
  expect(revocations.isRevoked('a-gone')).toBe(true);
});

const at = (version: number) => ({ version });

test('the latest payload version wins, and after a deletion only its own', async () => {
  expect(await revocations.record('p', 'suspended', at(5))).toBe(true);
  expect(await revocations.record('p', 'active', at(4))).toBe(false);
  expect(await revocations.record('p', 'suspended', at(5))).toBe(true);
  expect(await revocations.record('p', 'active', at(5))).toBe(true);
  expect(await revocations.record('p', 'gone', at(6))).toBe(true);
  expect(await revocations.record('p', 'active', at(7))).toBe(false);
  expect(await revocations.record('p', 'gone', at(6))).toBe(true);
  expect(await statusOf('p')).toBe('gone');
});

test('a status from Logto is recorded only if it has not changed since the query', async () => {
  expect(await revocations.record('r', 'active', { seenRevision: 0 })).toBe(true);
  const before = (await revocations.recordsOf(['r'])).get('r')?.revision ?? 0;
  await revocations.record('r', 'suspended');
  expect(await revocations.record('r', 'active', { seenRevision: before })).toBe(false);
  expect(await statusOf('r')).toBe('suspended');
  const now = (await revocations.recordsOf(['r'])).get('r')?.revision ?? 0;
  expect(now).not.toBe(before);
  expect(await revocations.record('r', 'active', { seenRevision: now })).toBe(true);
});

test('without a version any status replaces any other, because it comes from Logto', async () => {
  await revocations.record('v', 'suspended', at(5));
  for (const status of ['gone', 'active', 'suspended', 'active'] as const) {
    expect(await revocations.record('v', status)).toBe(true);
    expect(await statusOf('v')).toBe(status);
  }
});

test('lists the suspended users, and the active ones not among the given ids', async () => {
  await revocations.record('l-suspended', 'suspended');
  await revocations.record('l-gone', 'gone');
  await revocations.rememberActive(['l-active', 'l-other']);
  expect(await revocations.suspended()).toEqual(['l-suspended']);
  const active = await revocations.activeExcept(['l-other']);
  expect(active.filter((id) => id.startsWith('l-'))).toEqual(['l-active']);
  expect(await revocations.activeExcept([])).toContain('l-other');
});

test('only a run that began after a gap catches up on it', async () => {
  expect(revocations.gap()).toBeUndefined();
  await database.reserved.query("update directory_revision set gap_ended_at = now() - interval '1 minute'");
  await revocations.refresh();
  const endedAt = revocations.gap()?.endedAt ?? 0;
  expect(revocations.gap()).toEqual({ endedAt, isCaughtUp: false });
  await revocations.recordRun(new Date(endedAt - 1));
  await revocations.refresh();
  expect(revocations.gap()?.isCaughtUp).toBe(false);
  await revocations.recordRun(new Date(endedAt));
  await revocations.recordRun(new Date(endedAt - 1));
  await revocations.refresh();
  expect(revocations.gap()?.isCaughtUp).toBe(true);
});
