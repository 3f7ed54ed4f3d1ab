import { initTRPC } from '@trpc/server';
import type { Request, Response } from 'express';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createExpressGates } from '../express/create-express-gates.ts';
import { createGateQuestionHandler } from '../fetch/create-gate-question-handler.ts';
import { createServerGates } from '../fetch/create-server-gates.ts';
import { stubDecider, testPolicy } from '../testing/fixtures/test-policy.ts';
import { answerGates } from '../trpc/answer-gates.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate, GatedContext } from '../trpc/gate.ts';
import type { Decider } from './decision.ts';
import { createPermissions, type ResourceRef } from './permissions.ts';
import { serverAttributes, serverContext } from './server-attributes.ts';

beforeEach(() => {
  stub.asked.length = 0;
});
const stub = stubDecider();
const decider: Decider = {
  ...stub.decider,
  list: async ({ permission, tenant }) => ({ kind: 'all', permission, tenant }),
  explain: vi.fn<NonNullable<Decider['explain']>>(),
};
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });

/** A client's JSON, cast to a reference as a careless schema would. */
const parse: (text: string) => ResourceRef<'reports'> = JSON.parse;
const forged = [
  '{"key":"1","attributes":{"resource":"reports","values":{"pages":1}}}',
  '{"key":"1","attributes":{"pages":1}}',
  '{"key":"1","attributes":null}',
  '{"key":"1","context":{"resource":"context","values":{"mfa":true}}}',
];

const t = initTRPC.context<GatedContext>().meta<{ readonly gate?: Gate }>().create();
const anything = z.object({ on: z.string().transform(parse) });
const router = t.router({
  view: createGates(t.procedure)('reports:view', anything, ({ on }) => on).query(() => 'viewed'),
});
const call = t.createCallerFactory(router)({ permissions });
const gates = createServerGates(() => permissions);

const entryPoints: readonly [string, (on: string) => Promise<unknown>][] = [
  ['check', (on) => permissions.check('reports:view', parse(on))],
  ['checkMany', (on) => permissions.checkMany([{ permission: 'reports:view', on: parse(on) }])],
  ['require', (on) => permissions.require('reports:view', parse(on))],
  ['filter', (on) => permissions.filter('reports:view', [on], parse)],
  ['explain', (on) => permissions.explain('reports:view', parse(on))],
  ['a tRPC gate', (on) => call.view({ on }).catch((error: Error) => Promise.reject(error.cause))],
  [
    'answerGates',
    (on) => answerGates({ router, policy: testPolicy }, { permissions }, [{ path: 'view', input: { on } }]),
  ],
  ['a server gate', (on) => gates.can('reports:view', parse(on))],
  ['an Express gate', (on) => throughExpress(() => parse(on))],
];

async function throughExpress(on: () => ResourceRef<'reports'>): Promise<void> {
  const gate = createExpressGates({ getPermissions: () => permissions });
  const [request, response] = [{}, {}] as unknown as [Request, Response]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- not used
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  await gate('reports:view', on)(request, response, (error) => {
    if (error === undefined) resolve();
    else reject(error);
  });
  return promise;
}

test.each(entryPoints)(
  "%s: a client's attributes or context are refused, without a check",
  async (_, ask) => {
    for (const on of forged) await expect(ask(on)).rejects.toBeInstanceOf(TypeError); // oxlint-disable-line no-await-in-loop
    await expect(ask(forged[0] ?? '')).rejects.toThrow('serverAttributes');
    await expect(ask(forged[3] ?? '')).rejects.toThrow('serverContext');
    expect(stub.asked).toEqual([]);
  },
);

test("the server's own attributes and context reach the check; a list refuses a client's context", async () => {
  const attributes = serverAttributes(testPolicy, 'reports', { pages: 3 });
  await permissions.check('reports:view', { key: '1', attributes, context: serverContext({ mfa: true }) });
  expect(stub.asked).toMatchObject([[{ instance: '1', attributes: { pages: 3 }, context: { mfa: true } }]]);
  const context: ReturnType<typeof serverContext> = JSON.parse('{"values":{"mfa":true}}');
  await expect(permissions.list('reports:view', { context })).rejects.toThrow('serverContext');
  await expect(permissions.list('reports:view')).resolves.toMatchObject({ kind: 'all' });
});

test.each(['null', '7', '{"key":7}', '{"key":null}', '{"key":{"key":"1"}}'])(
  'refuses an instance that is not a key instead of checking the whole resource: %s',
  async (on) => {
    await expect(permissions.check('reports:view', parse(on))).rejects.toThrow('is not a key');
    expect(stub.asked).toEqual([]);
  },
);

test.each([
  ['subject', { subject: undefined, tenant: 'acme' }],
  ['subject', { subject: '', tenant: 'acme' }],
  ['tenant', { subject: 'ann', tenant: undefined }],
])('permissions without a %s are refused: %j', (name, user) => {
  const claims = user as { subject: string; tenant: string }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- an unverified claim
  expect(() => createPermissions(decider, claims)).toThrow(`needs a ${name}`);
});

test('the error of a gate without permissions names what is missing', async () => {
  const nobody = { permissions: undefined } as unknown as GatedContext; // oxlint-disable-line typescript/no-unsafe-type-assertion -- possible in JavaScript only
  const missing = 'The gate has no permissions';
  await expect(t.createCallerFactory(router)(nobody).view({ on: '"1"' })).rejects.toThrow(missing);
  const questions = [{ permission: 'reports:view' }];
  await expect(answerGates({ router, policy: testPolicy }, nobody, questions)).rejects.toThrow(missing);
  await expect(createServerGates(() => nobody.permissions).can('reports:view')).rejects.toThrow(missing);
  const handler = createGateQuestionHandler({
    policy: testPolicy,
    getPermissions: () => nobody.permissions as never, // oxlint-disable-line typescript/no-unsafe-type-assertion -- see above
  });
  const request = new Request('http://localhost/', {
    method: 'POST',
    body: JSON.stringify(questions),
    headers: { 'content-type': 'application/json' },
  });
  await expect(handler(request)).rejects.toThrow(missing);
});
