import { PermitApiError } from '@latchkey/permissions/permit';
import { expect, test } from 'vitest';
import type { Assignment, PermitWrites } from '../permit/permit-facts.ts';
import { isRemoval, phases, subjectKeyOf, type Operation } from '../plan/operation.ts';
import { inOrder } from '../plan/plan.ts';
import { apply, type ApplyOptions } from './apply.ts';

type Call = readonly [method: keyof PermitWrites, ...given: unknown[]];

const refusal = (status: number): PermitApiError =>
  new PermitApiError('no', { permitStatus: status, cause: undefined });
const noAnswer = new PermitApiError('silence', { permitStatus: undefined, cause: undefined });

/** `failure` returns the error that a call fails with. */
function recordedWrites(failure: (call: Call) => Error | undefined = () => undefined) {
  const calls: Call[] = [];
  const record =
    (method: keyof PermitWrites) =>
    async (...given: unknown[]): Promise<boolean> => {
      const call: Call = [method, ...given];
      calls.push(call);
      const error = failure(call);
      // Waits like a network call, to detect a caller that does not await the response.
      await new Promise((resolve) => void setImmediate(resolve));
      if (error !== undefined) throw error;
      return true;
    };
  const writes: PermitWrites = {
    createUser: record('createUser'),
    updateUser: record('updateUser'),
    deleteUser: record('deleteUser'),
    createTenant: record('createTenant'),
    updateTenant: record('updateTenant'),
    deleteTenant: record('deleteTenant'),
    assign: record('assign'),
    unassign: record('unassign'),
    createUsers: record('createUsers'),
    replaceUsers: record('replaceUsers'),
    deleteUsers: record('deleteUsers'),
    createTenants: record('createTenants'),
    deleteTenants: record('deleteTenants'),
    assignAll: record('assignAll'),
    unassignAll: record('unassignAll'),
  };
  return { writes, calls, methods: () => calls.map(([method]) => method) };
}

const grant = { role: 'viewer', tenant: 'acme' };
const user = (key: string) => ({ key, email: null, firstName: null, attributes: {} });
const tenant = (key: string) => ({ key, name: key, description: null, attributes: {} });
const operationOf: Readonly<Record<Operation['kind'], (key: string) => Operation>> = {
  'create-tenant': (key) => ({ kind: 'create-tenant', tenant: tenant(key) }),
  'update-tenant': (key) => ({ kind: 'update-tenant', tenant: tenant(key) }),
  'delete-tenant': (key) => ({ kind: 'delete-tenant', key }),
  'create-user': (key) => ({ kind: 'create-user', user: user(key), grants: [grant] }),
  'update-user': (key) => ({ kind: 'update-user', user: user(key), lastName: 'Lee' }),
  'clear-suspended-roles': (key) => ({ kind: 'clear-suspended-roles', user: user(key), lastName: 'Lee' }),
  'delete-user': (key) => ({ kind: 'delete-user', key, grants: [grant, { ...grant, role: 'admin' }] }),
  assign: (key) => ({ kind: 'assign', user: key, grant }),
  restore: (key) => ({ kind: 'restore', user: key, grant }),
  unassign: (key) => ({ kind: 'unassign', user: key, grant }),
};
const many = (kind: Operation['kind'], count: number): Operation[] =>
  Array.from({ length: count }, (_, index) => operationOf[kind](`k${index}`));
const oneOfEach = (): Operation[] => phases.map((kind) => operationOf[kind](kind)).toReversed();
/** The roles that the operations were planned to remove. */
const toRemove = (operations: readonly Operation[]): Assignment[] =>
  operations.flatMap((one) => {
    if (one.kind === 'unassign') return [{ user: one.user, grant: one.grant }];
    return one.kind === 'delete-user' ? one.grants.map((held) => ({ user: one.key, grant: held })) : [];
  });
/** By default, nothing has changed since the operations were planned. */
const run = (
  operations: readonly Operation[],
  writes: PermitWrites,
  { held = toRemove(operations), ...options }: ApplyOptions & { readonly held?: readonly Assignment[] } = {},
) => {
  const grantsOfAll = async (users: readonly string[]) =>
    held.flatMap((one) => (users.includes(one.user) ? [{ ...one, since: null }] : []));
  return apply(operations, { reads: { grantsOfAll }, writes }, { retries: 0, ...options });
};

test('removes access before granting access, and creates objects before referring to them', async () => {
  const { writes, methods } = recordedWrites();
  expect(await run(oneOfEach(), writes)).toEqual([]);
  expect(methods()).toEqual([
    'createTenant',
    'updateTenant',
    'updateUser',
    'unassign',
    'createUser',
    'assign',
    'assign',
    'updateUser',
    'deleteUser',
    'deleteTenant',
  ]);
  expect(inOrder(oneOfEach()).map(({ kind }) => kind)).toEqual(phases);
});

test('each operation names its subject, and operations that delete or unassign are removals', () => {
  expect(oneOfEach().map(subjectKeyOf)).toEqual(phases.toReversed());
  expect(oneOfEach().filter(isRemoval).map(subjectKeyOf)).toEqual([
    'delete-tenant',
    'delete-user',
    'unassign',
  ]);
});

test.each([
  [
    'create-tenant',
    'createTenant',
    ['createTenants'],
    [many('create-tenant', 10).map((one) => Reflect.get(one, 'tenant'))],
  ],
  ['update-tenant', 'updateTenant', Array.from({ length: 10 }, () => 'updateTenant'), undefined],
  ['update-user', 'updateUser', ['replaceUsers'], [many('update-user', 10)]],
  ['clear-suspended-roles', 'updateUser', ['replaceUsers'], [many('clear-suspended-roles', 10)]],
  ['create-user', 'createUser', ['createUsers'], [many('create-user', 10)]],
  ['assign', 'assign', ['assignAll'], [many('assign', 10)]],
  ['restore', 'assign', Array.from({ length: 10 }, () => 'assign'), undefined],
  ['unassign', 'unassign', ['unassignAll'], [many('unassign', 10)]],
  ['delete-user', 'deleteUser', ['unassignAll', 'deleteUsers'], undefined],
  ['delete-tenant', 'deleteTenant', ['deleteTenants'], [many('delete-tenant', 10).map(subjectKeyOf)]],
] as const)(
  '%s: uses single calls up to nine operations, and bulk calls from ten where Permit supports them',
  async (kind, single, inBulk, given) => {
    const few = recordedWrites();
    await run(many(kind, 9), few.writes);
    expect(few.methods()).toEqual(Array.from({ length: 9 }, () => single));
    const bulk = recordedWrites();
    await run(many(kind, 10), bulk.writes);
    expect(bulk.methods()).toEqual(inBulk);
    if (given !== undefined) expect(bulk.calls[0]?.slice(1)).toEqual(given); // oxlint-disable-line vitest/no-conditional-expect -- single calls have no common argument
  },
);

test.each([
  ['create-user', 3_000, 'createUsers'],
  ['create-tenant', 2_000, 'createTenants'],
  ['assign', 2_000, 'assignAll'],
] as const)('%s: a bulk call has at most %i operations', async (kind, size, method) => {
  const { writes, calls } = recordedWrites();
  await run(many(kind, size + 2), writes);
  expect(calls.map(([name, all]) => [name, Array.isArray(all) && all.length])).toEqual([
    [method, size],
    [method, 2],
  ]);
});

test('users deleted in bulk lose their roles first, 2,000 per call', async () => {
  const { writes, calls } = recordedWrites();
  await run(many('delete-user', 1_500), writes);
  expect(calls.map(([name, all]) => [name, Array.isArray(all) && all.length])).toEqual([
    ['unassignAll', 2_000],
    ['unassignAll', 1_000],
    ['deleteUsers', 1_500],
  ]);
  expect(calls[0]?.[1]).toEqual(
    expect.arrayContaining([
      { user: 'k0', grant },
      { user: 'k0', grant: { ...grant, role: 'admin' } },
    ]),
  );
});

test('isolates a refused operation in its bulk call; the others are applied, and all count as done', async () => {
  const refused = refusal(422);
  const { writes, calls } = recordedWrites(([method, given]) =>
    method === 'unassign'
      ? given === 'k7'
        ? refused
        : undefined
      : JSON.stringify(given).includes('"k7"')
        ? refused
        : undefined,
  );
  const progress: number[] = [];
  const failed = await run(many('unassign', 11), writes, { onProgress: (done) => progress.push(done) });
  expect(failed).toEqual([{ operation: operationOf.unassign('k7'), reason: 'no', error: refused }]);
  expect(progress.at(-1)).toBe(11);
  expect(progress).toEqual(progress.toSorted((one, other) => one - other));
  const done = calls.flatMap(([method, given]) =>
    method === 'unassign'
      ? [given]
      : Array.isArray(given) && !JSON.stringify(given).includes('"k7"')
        ? given.map(({ user: key }) => key)
        : [],
  );
  expect(new Set(done).size).toBe(11);
});

test('a refused single operation does not stop the others', async () => {
  const { writes, calls } = recordedWrites(([, key]) => (key === 'k3' ? refusal(400) : undefined));
  const failed = await run(many('assign', 9), writes, { retries: 3 });
  expect(failed.map(({ operation }) => subjectKeyOf(operation))).toEqual(['k3']);
  expect(calls).toHaveLength(9);
});

test.each([2, 12])(
  'retries an outage during %i operations the configured number of times, then ends the run',
  async (count) => {
    let left = 1;
    const healing = recordedWrites(() => (left-- > 0 ? noAnswer : undefined));
    expect(await run(many('unassign', count), healing.writes, { retries: 1 })).toEqual([]);
    const { writes, calls } = recordedWrites(() => noAnswer);
    await expect(
      run([...many('unassign', count), ...many('assign', 1)], writes, { retries: 1 }),
    ).rejects.toBe(noAnswer);
    expect(calls.some(([method]) => method === 'assign')).toBe(false);
    expect(calls).toHaveLength(count === 2 ? 4 : 2);
  },
);

test('an error that is not from Permit ends the run immediately', async () => {
  const bug = new TypeError('bug');
  const single = recordedWrites(() => bug);
  await expect(run(many('assign', 1), single.writes, { retries: 5 })).rejects.toBe(bug);
  const bulk = recordedWrites(() => bug);
  await expect(run(many('assign', 10), bulk.writes, { retries: 5 })).rejects.toBe(bug);
  expect([single.calls.length, bulk.calls.length]).toEqual([1, 1]);
});

test.each([
  ['assign', 9],
  ['assign', 2_100],
] as const)('%s × %i: the signal stops the run before the next call', async (kind, count) => {
  const controller = new AbortController();
  const { writes, calls } = recordedWrites(() => {
    controller.abort(new RangeError('enough'));
    return undefined;
  });
  await expect(run(many(kind, count), writes, { signal: controller.signal })).rejects.toThrow(RangeError);
  expect(calls.length).toBeLessThan(9);
  const before = calls.length;
  await expect(run(many(kind, count), writes, { signal: controller.signal })).rejects.toThrow(RangeError);
  expect(calls).toHaveLength(before);
});

test('a run aborted during the pause before a retry ends immediately with the signal’s reason', async () => {
  const controller = new AbortController();
  const reason = new RangeError('enough');
  const { writes, calls } = recordedWrites(() => {
    setImmediate(() => controller.abort(reason));
    return noAnswer;
  });
  const options = { retries: 20, signal: controller.signal };
  await expect(run(many('assign', 1), writes, options)).rejects.toBe(reason);
  expect(calls).toHaveLength(1);
});

test('at most eight single calls run at the same time', async () => {
  let running = 0;
  let most = 0;
  const { writes } = recordedWrites();
  const assign = async (): Promise<boolean> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => void setImmediate(resolve));
    running--;
    return true;
  };
  await run(many('assign', 30), { ...writes, assign }, { bulkFrom: 100 });
  expect(most).toBe(8);
});

test('a user created by another process is updated; any other refusal is reported', async () => {
  const taken = recordedWrites(([method]) => (method === 'createUser' ? refusal(409) : undefined));
  expect(await run(many('create-user', 1), taken.writes)).toEqual([]);
  expect(taken.calls).toEqual([
    ['createUser', user('k0'), [grant]],
    ['updateUser', user('k0')],
  ]);
  const refused = recordedWrites(() => refusal(422));
  expect(await run(many('create-user', 1), refused.writes)).toHaveLength(1);
  expect(refused.methods()).toEqual(['createUser']);
});

test('a role whose tenant or instance no longer exists is not restored; any other refusal is reported', async () => {
  const gone = recordedWrites(() => refusal(404));
  expect(await run(many('restore', 1), gone.writes)).toEqual([]);
  expect(await run(many('restore', 1), recordedWrites(() => refusal(422)).writes)).toHaveLength(1);
  expect(await run(many('assign', 1), gone.writes)).toHaveLength(1);
});

const toldOf = async (operations: Operation[], failure: (call: Call) => Error | undefined) => {
  const applied: Operation[] = [];
  const { writes } = recordedWrites(failure);
  const onApplied = (some: readonly Operation[]): void => void applied.push(...some);
  await run(operations, writes, { onApplied, bulkFrom: 2 }).catch(() => {});
  return applied.map((one) => `${one.kind} ${subjectKeyOf(one)}`);
};
const of = (kind: Operation['kind'], ...keys: string[]) => keys.map((key) => operationOf[kind](key));

test('reports operations when they take effect, and omits those refused, obsolete, or after an outage', async () => {
  const restored = await toldOf(of('restore', 'ann', 'ben'), ([, key]) =>
    key === 'ann' ? refusal(404) : undefined,
  );
  expect(restored).toEqual(['restore ben']);
  const created = await toldOf(of('create-user', 'ann'), ([method]) =>
    method === 'createUser' ? refusal(409) : undefined,
  );
  expect(created).toEqual(['update-user ann']);
  const bulk = await toldOf(
    [...of('update-user', 'ann', 'ben'), ...of('assign', 'ann', 'ben')],
    ([method, ...given]) => {
      if (method === 'assignAll') return noAnswer;
      return JSON.stringify(given).includes('"ann"') && method.startsWith('replace')
        ? refusal(422)
        : undefined;
    },
  );
  expect(bulk).toEqual(['update-user ann', 'update-user ben']);
});

const roleName = (one: Assignment): string => `${one.user} ${one.grant.role}`;

/** Permit with these roles, and with a first attempt that has no answer for `unanswered`. */
async function appliedTo(initial: readonly Assignment[], operations: Operation[], unanswered?: string) {
  const held = new Set(initial.map(roleName));
  const recorded = recordedWrites();
  let isLost = false;
  const change = (isHeld: boolean) => async (key: string, given: Assignment['grant']) => {
    const name = roleName({ user: key, grant: given });
    const isChanged = held.has(name) !== isHeld;
    if (isHeld) held.add(name);
    else held.delete(name);
    if (key === unanswered && !isLost) {
      isLost = true;
      throw noAnswer;
    }
    return isChanged;
  };
  const applied: Operation[] = [];
  await run(
    operations,
    { ...recorded.writes, assign: change(true), unassign: change(false) },
    {
      held: initial,
      retries: 1,
      onApplied: (some) => void applied.push(...some),
    },
  );
  return { calls: recorded.calls, applied };
}

test.each([1, 10])(
  'of %i operations, those that others have done since they were planned are neither sent in bulk nor reported',
  async (count) => {
    const assigned = many('assign', count + 1);
    const { applied, calls } = await appliedTo([{ user: 'k0', grant }], assigned);
    expect(applied).toEqual(assigned.slice(1));
    const bulk = calls.find(([method]) => method === 'assignAll');
    expect(bulk?.[1]).toEqual(count === 1 ? undefined : assigned.slice(1));
    const held = [{ user: 'k1', grant }];
    const unassigned = await appliedTo(held, many('unassign', count + 1));
    expect(unassigned.applied).toEqual(of('unassign', 'k1'));
    const deleted = await appliedTo(held, [...of('restore', 'k1'), ...many('delete-user', 10)]);
    expect(deleted.applied).toEqual(
      many('delete-user', 10).map((one) => ({ ...one, grants: subjectKeyOf(one) === 'k1' ? [grant] : [] })),
    );
  },
);

test('an operation whose first attempt had no answer is reported, because that attempt may have done it', async () => {
  const operations = [...of('assign', 'k0', 'k1'), ...of('unassign', 'k2')];
  const { applied } = await appliedTo(
    [
      { user: 'k2', grant },
      { user: 'k1', grant },
    ],
    operations,
    'k0',
  );
  expect(applied.map(subjectKeyOf).toSorted()).toEqual(['k0', 'k2']);
});
