import { initTRPC, TRPCError } from '@trpc/server';
import { beforeEach, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { Check, Decider } from '../decision.ts';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../errors.ts';
import { createPermissions } from '../permissions.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { testPolicy } from '../test-policy.ts';
import { answerGates } from './answer-gates.ts';
import { createGates, type Gated } from './create-gates.ts';
import { gatesOf, ungatedProcedures, type Gate } from './gate-of.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

let asked: Check<Permission>[][];
let allowed: (check: Check<Permission>) => boolean;
let outage: boolean;
let resolved: string[];
beforeEach(() => {
  asked = [];
  allowed = () => false;
  outage = false;
  resolved = [];
});

const decider: Decider<Permission, Role> = {
  decide(checks) {
    asked.push([...checks]);
    if (outage) return Promise.reject(new AuthorizationUnavailableError('timeout', { detail: 'test' }));
    return Promise.resolve(
      checks.map((check) =>
        allowed(check)
          ? { outcome: 'allow', permission: check.permission }
          : { outcome: 'deny', permission: check.permission, reason: 'no_permission', grantedBy: ['admin'] },
      ),
    );
  },
  grants: () => Promise.resolve({ roles: [], permissions: [] }),
};

const t = initTRPC.context<Gated<Permission, Role>>().meta<{ readonly gate?: Gate }>().create();
const permitted = createGates(t.procedure);
const router = t.router({
  open: t.procedure.query(() => 'open'),
  list: permitted('reports:view').query(() => {
    resolved.push('list');
    return ['a'];
  }),
  publish: permitted('reports:publish', z.object({ id: z.uuid() }), ({ id }) => id)
    .input(z.object({ note: z.string() }))
    .mutation(({ input }) => {
      expectTypeOf(input).toEqualTypeOf<{ id: string; note: string }>();
      resolved.push(input.id);
      return input.note;
    }),
});
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
const caller = t.createCallerFactory(router)({ permissions });
const id = '0b8e4d6e-3f0e-4c55-9d0c-0d0f6a0b6c11';

const errorOf = async (promise: Promise<unknown>): Promise<TRPCError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TRPCError) return error;
  throw new TypeError('The call did not fail with a TRPCError.');
};

test('the gate asks with the subject, tenant and instance, and lets the resolver run when allowed', async () => {
  allowed = () => true;
  expect(await caller.publish({ id, note: 'now' })).toBe('now');
  expect(asked).toEqual([[{ subject: 'ann', tenant: 'acme', permission: 'reports:publish', instance: id }]]);
  expect(resolved).toEqual([id]);
});

test('a deny is FORBIDDEN with what is missing, and the resolver does not run', async () => {
  const error = await errorOf(caller.list());
  expect(error.code).toBe('FORBIDDEN');
  expect(error.cause).toBeInstanceOf(PermissionDeniedError);
  expect(error.cause).toMatchObject({
    code: 'FORBIDDEN',
    decision: { permission: 'reports:view', grantedBy: ['admin'] },
  });
  expect(resolved).toEqual([]);
});

test('an outage is SERVICE_UNAVAILABLE, never FORBIDDEN, and the resolver does not run', async () => {
  outage = true;
  const error = await errorOf(caller.list());
  expect(error.code).toBe('SERVICE_UNAVAILABLE');
  expect(error.cause).toMatchObject({ code: 'AUTHORIZATION_UNAVAILABLE' });
  expect(resolved).toEqual([]);
});

test("an input that the gate cannot read is the caller's error, and nobody is asked", async () => {
  const error = await errorOf(caller.publish({ id: 'not-a-uuid', note: '' }));
  expect(error.code).toBe('BAD_REQUEST');
  expect(asked).toEqual([]);
});

test('the gates of a router can be read, and so can what has none', () => {
  expect(gatesOf(router)).toEqual({ list: 'reports:view', publish: 'reports:publish' });
  expect(ungatedProcedures(router)).toEqual(['open']);
});

test('a permission that does not exist does not compile', () => {
  // @ts-expect-error -- misspelled
  permitted('reports:pubish');
  // @ts-expect-error -- the gate's input has no `key`
  permitted('reports:publish', z.object({ id: z.string() }), ({ key }) => String(key));
  // @ts-expect-error -- a context without permissions cannot be gated
  createGates(initTRPC.meta<{ readonly gate?: Gate }>().create().procedure)('reports:view');
  expect(asked).toEqual([]);
});

test('questions of a page are one bulk check, answered in order by the gates themselves', async () => {
  allowed = ({ instance }) => instance === id;
  const answers = await answerGates(router, permissions, [
    { path: 'list' },
    { path: 'open' },
    { path: 'publish', input: { id } },
  ]);
  expect(answers).toEqual([
    { state: 'denied', permission: 'reports:view', reason: 'no_permission', grantedBy: ['admin'] },
    { state: 'allowed' },
    { state: 'allowed' },
  ]);
  expect(asked).toHaveLength(1);
});

test('an outage is an answer to a question, except for what is open to everyone', async () => {
  outage = true;
  expect(await answerGates(router, permissions, [{ path: 'list' }, { path: 'open' }])).toEqual([
    { state: 'unavailable' },
    { state: 'allowed' },
  ]);
});

test.each([{ path: 'nowhere' }, { path: 'toString' }, { path: 'publish', input: {} }, { path: 'publish' }])(
  'the question %o is refused',
  async (question) => {
    expect((await errorOf(answerGates(router, permissions, [question]))).code).toBe('BAD_REQUEST');
  },
);
