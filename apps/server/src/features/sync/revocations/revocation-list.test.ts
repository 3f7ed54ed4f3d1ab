import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRevocationList, type RevocationList } from './revocation-list.ts';

interface Row {
  readonly id: string | null;
  readonly status: string | null;
  readonly revision: string | null;
}

/** The result of the next read, the revisions from which reads started, and the reads that are held back. */
let rows: Row[];
let askedFrom: unknown[];
let held: (() => void)[] | undefined;
let isDown: boolean;
let changed: string[];
let errors: number;
let list: RevocationList;

const noRow: Row = { id: null, status: null, revision: null };
const row = (id: string, status: string, revision: number): Row => ({
  id,
  status,
  revision: String(revision),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
  [rows, askedFrom, held, isDown, changed, errors] = [[noRow], [], undefined, false, [], 0];
  const query = async ({ values }: { readonly values: readonly unknown[] }) => {
    askedFrom.push(values[0]);
    const answer = rows.map((one) => ({ ...one, gap_ended_at: null, confirmed_at: null }));
    if (held !== undefined) {
      const waiting = held;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    if (isDown) throw new Error('The database does not answer.');
    return { rows: answer };
  };
  list = createRevocationList({
    reserved: { query } as unknown as Pool, // oxlint-disable-line typescript/no-unsafe-type-assertion -- only `query` is used
    onChange: (id) => changed.push(id),
    onError: () => (errors += 1),
  });
});
afterEach(async () => {
  await list.stop();
  vi.useRealTimers();
});

test('notifies of users who become refused or admitted, but not on the first read or without a change', async () => {
  rows = [row('ann', 'suspended', 1), row('bob', 'active', 2)];
  await list.start();
  expect(changed).toEqual([]);
  expect(['ann', 'bob'].map((id) => list.isRevoked(id))).toEqual([true, false]);
  rows = [row('ann', 'gone', 3), row('bob', 'gone', 4), row('cat', 'active', 5)];
  await list.refresh();
  expect(changed).toEqual(['bob']);
  rows = [row('ann', 'active', 6)];
  await list.refresh();
  expect(changed).toEqual(['bob', 'ann']);
  expect(['ann', 'bob'].map((id) => list.isRevoked(id))).toEqual([false, true]);
});

test('each read queries rows after the latest known revision', async () => {
  rows = [row('ann', 'gone', 7), row('bob', 'gone', 9), row('cat', 'gone', 8)];
  await list.start();
  rows = [noRow];
  await list.refresh();
  await list.refresh();
  expect(askedFrom).toEqual([0, 9, 9]);
});

test('the list is current for a second after a read began, and is then read again first', async () => {
  await list.start();
  isDown = true;
  vi.advanceTimersByTime(299);
  expect(await list.isCurrent()).toBe(true);
  expect(askedFrom).toHaveLength(1);
  vi.advanceTimersByTime(701);
  expect(await list.isCurrent()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(await list.isCurrent()).toBe(false);
  expect(errors).toBeGreaterThan(0);
  isDown = false;
  expect(await list.isCurrent()).toBe(true);
});

test('callers during a read share the read that follows it', async () => {
  await list.start();
  held = [];
  const first = list.refresh();
  const others = [list.refresh(), list.refresh()];
  rows = [row('ann', 'gone', 1)];
  const [answerFirst] = held;
  held = undefined;
  answerFirst?.();
  await first;
  await Promise.all(others);
  expect(list.isRevoked('ann')).toBe(true);
  expect(askedFrom).toHaveLength(3);
});

test('the list is read every 300 ms until it is stopped', async () => {
  await list.start();
  vi.advanceTimersByTime(299);
  expect(askedFrom).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(askedFrom).toHaveLength(2);
  await list.stop();
  vi.advanceTimersByTime(3_000);
  await list.refresh();
  expect(askedFrom).toHaveLength(2);
});

test('a failed first read is a start-up error', async () => {
  isDown = true;
  await expect(list.start()).rejects.toThrow('The database does not answer.');
});
