import { ListNotPlannableError, type ListPlan } from '@latchkey/permissions';
import { expect, test, vi } from 'vitest';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { listPage } from './list-page.ts';
import type { Report, ReportStore } from './report-store.ts';

/** Newest first. `d`: a draft that the caller can edit; `x`: another draft; `p`: a published report. */
function reportsOf(kinds: string): Report[] {
  return Array.from(kinds, (kind, index) => {
    const used = { id: `${kind}${index}`, status: kind === 'p' ? 'published' : 'draft' } as const;
    return used as Report; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
  });
}

function reader(kinds: string, plan: () => Promise<ListPlan<never>>) {
  const stored = reportsOf(kinds);
  const list = vi.fn<ReportStore['list']>(async (_, { after, limit }) => {
    const from = stored.findIndex(({ id }) => id === after?.id) + 1;
    return stored.slice(from, from + limit);
  });
  const permissions = {
    // There are no confidential reports and no cleared users.
    list: async (permission: string): Promise<ListPlan<never>> =>
      permission === 'reports:edit' ? plan() : { kind: 'none', permission, tenant: 'acme' },
    filter: async (_: string, some: readonly Report[]) => some.filter(({ id }) => id.startsWith('d')),
  };
  const caller = { identity: { tenant: 'acme' }, permissions } as unknown as SignedIn; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
  const read = (limit: number, after?: Report) =>
    listPage({ list }, caller, { sort: 'newest', limit, after, status: 'draft' });
  return { list, read };
}
const ids = (reports: readonly Report[]): string => reports.map(({ id }) => id).join(' ');
const planned: ListPlan<never> = { kind: 'all', permission: 'reports:edit', tenant: 'acme' };
const tooMany = async (): Promise<never> => {
  throw new ListNotPlannableError('too_many_keys', 'too many');
};

test('a page within a plan takes one read, and the last page has no next one', async () => {
  const { list, read } = reader('pppp', async () => planned);
  const first = await read(3);
  expect([ids(first.reports), first.next]).toMatchObject(['p0 p1 p2', { id: 'p2' }]);
  expect(list).toHaveBeenCalledWith(
    {
      drafts: planned,
      confidential: { kind: 'none', permission: 'reports:view-confidential', tenant: 'acme' },
    },
    { sort: 'newest', limit: 3, after: undefined, status: 'draft' },
  );
  expect((await read(10)).next).toBeUndefined();
});

test('with more keys than a plan supports, checks rows one by one, without gaps or repetitions', async () => {
  const { list, read } = reader('dxpxxdpd', tooMany);
  const first = await read(2);
  expect([ids(first.reports), first.next]).toMatchObject(['d0 p2', { id: 'p2' }]);
  const second = await read(2, reportsOf('dxp')[2]);
  expect([ids(second.reports), second.next]).toMatchObject(['d5 p6', { id: 'p6' }]);
  const third = await read(2, reportsOf('dxpxxdp')[6]);
  expect([ids(third.reports), third.next]).toEqual(['d7', undefined]);
  expect(list).toHaveBeenCalledWith(
    {
      drafts: planned,
      confidential: { kind: 'none', permission: 'reports:view-confidential', tenant: 'acme' },
    },
    { sort: 'newest', limit: 200, after: undefined, status: 'draft' },
  );
});

test('after ten batches a page is short, and the next page continues from there', async () => {
  const { list, read } = reader(`d${'x'.repeat(2_100)}p`, tooMany);
  const first = await read(2);
  expect([ids(first.reports), first.next]).toMatchObject(['d0', { id: 'x1999' }]);
  expect(list).toHaveBeenCalledTimes(10);
});

test.each([
  new ListNotPlannableError('unsupported_pdp', 'no lists'),
  Object.assign(new RangeError('an outage'), { reason: 'too_many_keys' }),
])('fails for any other reason that makes a plan impossible: %s', async (fault) => {
  await expect(reader('p', () => Promise.reject(fault)).read(1)).rejects.toBe(fault);
});
