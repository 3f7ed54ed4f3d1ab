import { initTRPC } from '@trpc/server';
import express from 'express';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { PermissionDeniedError } from './errors.ts';
import { createExpressGates } from '../express/create-express-gates.ts';
import { createServerGates } from '../fetch/create-server-gates.ts';
import { createPermissions, type PermissionsOf } from './permissions.ts';
import type { PermissionOf, RoleOf } from './policy.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { stubDecider, testPolicy } from '../testing/fixtures/test-policy.ts';
import { answerGates } from '../trpc/answer-gates.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { GateDecision } from '../trpc/gate-step.ts';
import type { Gate, GatedContext } from '../trpc/gate.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

let decided: Pick<GateDecision, 'path' | 'outcome'>[];
beforeEach(() => {
  asked.length = 0;
  decided = [];
});
const { decider, asked } = stubDecider();
const user = { subject: 'ann', tenant: 'acme' };
const own = createPermissions(decider, user);
const acting = createPermissions(decider, { ...user, actors: ['bob'] });

const t = initTRPC.context<GatedContext<Permission, Role>>().meta<{ readonly gate?: Gate }>().create();
const onDecision = ({ path, outcome }: GateDecision): void => void decided.push({ path, outcome });
const permitted = createGates(t.procedure, { onDecision });
const inPerson = createGates(t.procedure, { onDecision, actors: 'deny' });
const Id = z.object({ id: z.string() });
const router = t.router({
  list: permitted('reports:view').query(() => 'listed'),
  assign: inPerson('members:view').mutation(() => 'assigned'),
  publish: inPerson('reports:publish', Id, ({ id }) => id).mutation(() => 'published'),
});
const call = t.createCallerFactory(router);

const acts = { outcome: 'deny', reason: 'acting', grantedBy: [], grantedByInstanceRoles: [] };
const deny = (permission: Permission) => ({
  code: 'FORBIDDEN',
  cause: { decision: { ...acts, permission } },
});

test('a gate with `actors: deny` refuses an actor without calling the decider, even if the user has the permission', async () => {
  expect(await call({ permissions: own }).assign()).toBe('assigned');
  expect(await call({ permissions: own }).publish({ id: '1' })).toBe('published');
  expect(asked).toHaveLength(2);
  const actor = call({ permissions: acting });
  await expect(actor.assign()).rejects.toMatchObject(deny('members:view'));
  await expect(actor.publish({ id: '1' })).rejects.toMatchObject(deny('reports:publish'));
  expect(asked).toHaveLength(2);
  expect(decided.slice(2)).toEqual([
    { path: 'assign', outcome: 'deny' },
    { path: 'publish', outcome: 'deny' },
  ]);
});

test("other gates use the user's permissions, even for an actor", async () => {
  expect(await call({ permissions: acting }).list()).toBe('listed');
  expect(asked).toMatchObject([[{ subject: 'ann', permission: 'reports:view' }]]);
});

test('answers to the browser follow the same rule', async () => {
  const questions = [{ path: 'list' }, { path: 'assign' }, { path: 'publish', input: { id: '1' } }];
  const source = { router, policy: testPolicy };
  const allowed = { state: 'allowed' };
  expect(await answerGates(source, { permissions: own }, questions)).toEqual([allowed, allowed, allowed]);
  const { outcome: _, ...denied } = acts;
  expect(await answerGates(source, { permissions: acting }, questions)).toEqual([
    allowed,
    { ...denied, state: 'denied', permission: 'members:view' },
    { ...denied, state: 'denied', permission: 'reports:publish' },
  ]);
});

test('server gates refuse an actor with `actors: deny`', async () => {
  const open = createServerGates(() => acting);
  expect(await open.can('reports:publish', '1')).toBe(true);
  const gates = createServerGates(() => acting, { actors: 'deny' });
  expect(await gates.can('reports:publish', '1')).toBe(false);
  await expect(gates.require('reports:publish', '1')).rejects.toThrow(PermissionDeniedError);
  const question = { permission: 'reports:publish' as const, instance: '1' };
  expect(await gates.answers([question])).toMatchObject([[question, { state: 'denied', reason: 'acting' }]]);
  expect(asked).toHaveLength(1);
  const mine = createServerGates(() => own, { actors: 'deny' });
  expect(await mine.can('reports:publish', '1')).toBe(true);
});

test('an Express gate sends the scope that a token lacks, and with a ceiling asks about the actors too', async () => {
  const scopes = { read: { name: 'Read', permissions: ['reports:view' as const] } };
  const answers = stubDecider(({ subject }) => (subject === 'bob' ? 'deny' : 'allow'));
  const bounded = { ...answers.decider, scopes };
  let identity: PermissionsOf = { ...user, scopes: [] };
  const permitted = createExpressGates({
    getPermissions: () => createPermissions(bounded, identity),
    actors: 'ceiling',
  });
  const app = express().get('/reports', permitted('reports:view', undefined), (_request, response) => {
    response.json(response.locals.permissions.subject);
  });
  const { url, close } = await listen(app);
  onTestFinished(close);
  const get = async () => {
    const response = await fetch(`${url}/reports`);
    return {
      status: response.status,
      header: response.headers.get('www-authenticate'),
      body: await response.json(),
    };
  };
  expect(await get()).toMatchObject({
    status: 403,
    header: 'Bearer error="insufficient_scope", scope="read"',
    body: { code: 'FORBIDDEN', permission: 'reports:view', scopes: ['read'] },
  });
  expect(answers.asked).toHaveLength(0);
  identity = { ...user, scopes: ['read'] };
  expect(await get()).toEqual({ status: 200, header: null, body: 'ann' });
  identity = { ...user, actors: ['bob'] };
  expect(await get()).toMatchObject({
    status: 403,
    header: null,
    body: { grantedBy: ['viewer', 'editor', 'admin'] },
  });
  expect(answers.asked.map((checks) => checks.map(({ subject }) => subject))).toEqual([
    ['ann'],
    ['ann', 'bob'],
  ]);
});
