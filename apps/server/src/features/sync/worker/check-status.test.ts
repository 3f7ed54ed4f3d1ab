import { expect, test } from 'vitest';
import { createCheckStatus, type CheckStatusDeps } from './check-status.ts';

/** A status check. Logto has this account for Ann. Her record changes during the first `changes` queries. */
function check({
  user,
  isApplication = false,
  changes = 0,
}: {
  readonly user?: { readonly isSuspended?: boolean };
  readonly isApplication?: boolean;
  readonly changes?: number;
}) {
  const recorded: unknown[] = [];
  let revision = 7;
  const made = {
    logto: { user: async () => user, isApplication: async () => isApplication },
    revocations: {
      recordsOf: async ([id]: string[]) => new Map(id === 'ann' ? [[id, { revision }]] : []),
      async record(id: string, status: string, change: object) {
        recorded.push([id, status, change]);
        return revision++ - 7 >= changes;
      },
    },
  };
  const deps = made as unknown as CheckStatusDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return { run: createCheckStatus(deps), recorded };
}

test.each([
  ['suspended', { user: { isSuspended: true } }],
  ['active', { user: { isSuspended: false } }],
  ['active', { user: {} }],
  ['gone', {}],
  ['active', { isApplication: true }],
])('records %s for %j, with the revision seen before', async (status, account) => {
  const { run, recorded } = check(account);
  await run('ann');
  expect(recorded).toEqual([['ann', status, { seenRevision: 7 }]]);
});

test('a user without a record has revision 0', async () => {
  const { run, recorded } = check({});
  await run('bob');
  expect(recorded).toEqual([['bob', 'gone', { seenRevision: 0 }]]);
});

test('repeats the query when the status changed in the meantime, at most three times', async () => {
  const twice = check({ changes: 2 });
  await twice.run('ann');
  expect(twice.recorded.map((one) => Object(one)[2])).toEqual(
    [7, 8, 9].map((seenRevision) => ({ seenRevision })),
  );
  const always = check({ changes: Number.POSITIVE_INFINITY });
  await always.run('ann');
  expect(always.recorded).toHaveLength(3);
});
