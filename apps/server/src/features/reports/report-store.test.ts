import { randomUUID } from 'node:crypto';
import type { ListPlan } from '@latchkey/permissions';
import { afterEach, expect, test, vi } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { reportRow } from '../../testing/rows.ts';
import { createReportStore, type ReportQuery } from './report-store.ts';
import { reportOrders } from './report-inputs.ts';
import { reports } from './tables.ts';

const start = Date.parse('2026-11-01T09:00:00Z');

const database = await openTestDatabase();
const [store, elsewhere] = [createReportStore(database.db, 'acme'), createReportStore(database.db, 'beta')];
afterEach(() => database.db.delete(reports));

const content = { generatedAt: '2026-11-01T09:00:00Z', members: [] };
const row = { title: 'Review', kind: 'access-review' as const, ownerKey: 'ann', content };

async function insert(more: Partial<typeof reports.$inferInsert> = {}): Promise<string> {
  const stored = reportRow({ tenant: 'acme', createdAt: new Date(start), ...row, ...more });
  await database.db.insert(reports).values(stored);
  return stored.id;
}
const plan = { permission: 'reports:edit', tenant: 'acme' };
const none: ListPlan<never> = { ...plan, kind: 'none' };
const all: ListPlan<never> = { ...plan, kind: 'all' };
const only = (key: string): ListPlan<never> => ({ ...plan, kind: 'some', any: [{ by: 'id', keys: [key] }] });
const list = (drafts: ListPlan<never>, query: Partial<ReportQuery>) =>
  store.list({ drafts, confidential: none }, { sort: 'newest', limit: 10, ...query });
const ids = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id);

test('lists published reports and the drafts of a plan, of one tenant, newest first', async () => {
  const [low = '', high = ''] = [randomUUID(), randomUUID()].toSorted();
  const old = await insert({ status: 'published', createdAt: new Date(start - 1) });
  await insert({ id: low });
  await insert({ id: high });
  await insert({ tenant: 'beta', status: 'published' });
  expect(ids(await list(all, { limit: 10 }))).toEqual([high, low, old]);
  expect(ids(await list(none, { limit: 10 }))).toEqual([old]);
  expect(ids(await list(only(low), { limit: 10 }))).toEqual([low, old]);
  expect(ids(await list(all, { limit: 2 }))).toEqual([high, low]);
  expect(ids(await list(all, { among: [high], limit: 10 }))).toEqual([high]);
  expect(ids(await list(all, { among: [], limit: 10 }))).toEqual([]);
  expect(ids(await list(all, { status: 'published', limit: 10 }))).toEqual([old]);
  expect(ids(await list(all, { status: 'draft', limit: 10 }))).toEqual([high, low]);
  const after = (id: string, time: number) =>
    list(all, { after: { id, title: 'Review', createdAt: new Date(time) }, limit: 10 });
  expect(ids(await after(high, start))).toEqual([low, old]);
  expect(ids(await after(low, start))).toEqual([old]);
  expect(ids(await after(old, start - 1))).toEqual([]);
  const [first] = await list(all, { limit: 1 });
  expect(first).toMatchObject({ id: high, title: 'Review', status: 'draft', publishedAt: null });
  expect(first).not.toHaveProperty('content');
});

test('each order has consistent pages, with the id as tie-breaker', async () => {
  const [low = '', high = ''] = [randomUUID(), randomUUID()].toSorted();
  await insert({ id: high, title: 'same', createdAt: new Date(start) });
  await insert({ id: low, title: 'Same', createdAt: new Date(start) });
  const beta = await insert({ title: 'Beta', createdAt: new Date(start + 2) });
  const alpha = await insert({ title: 'alpha', createdAt: new Date(start + 1) });
  const orders = {
    newest: [beta, alpha, high, low],
    oldest: [low, high, alpha, beta],
    title: [alpha, beta, low, high],
    'title-desc': [high, low, beta, alpha],
  } as const satisfies Record<ReportQuery['sort'], readonly string[]>;
  for (const sort of reportOrders) {
    const paged: string[] = [];
    for (let after: ReportQuery['after']; paged.length < 4;) {
      const [found] = await list(all, { sort, after, limit: 1 });
      paged.push(found?.id ?? 'none');
      after = found;
    }
    expect([sort, paged]).toEqual([sort, orders[sort]]);
  }
});

test('a report can be read only in its tenant', async () => {
  const id = await insert();
  expect(await store.find(id)).toMatchObject({ id, tenant: 'acme' });
  expect(await store.contentOf(id)).toMatchObject({ kind: 'access-review', rows: [] });
  // The size of PostgreSQL's own format, which has spaces.
  expect(await store.sizeOf(id)).toBeGreaterThan(JSON.stringify(content).length);
  expect(await store.titlesOf([id, randomUUID()])).toEqual(new Map([[id, 'Review']]));
  expect(await store.titlesOf([])).toEqual(new Map());
  expect(await elsewhere.find(id)).toBeUndefined();
  expect(await elsewhere.contentOf(id)).toBeUndefined();
  expect(await elsewhere.sizeOf(id)).toBeUndefined();
  expect(await elsewhere.titlesOf([id])).toEqual(new Map());
});

test('stores a report only if its owner is recorded', async () => {
  const id = randomUUID();
  const down = new Error('Permit is down');
  await expect(store.insert({ id, ...row }, () => Promise.reject(down))).rejects.toThrow(down);
  expect(await store.find(id)).toBeUndefined();
  const record = vi.fn<() => Promise<void>>(async () => {});
  await store.insert({ id, ...row }, record);
  expect(record).toHaveBeenCalledTimes(1);
  expect(await store.find(id)).toMatchObject({ id, tenant: 'acme', status: 'draft' });
});
