import { createHmac } from 'node:crypto';
import { Permit } from 'permitio';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { idOf } from '../testing/management-api.ts';
import { startEmulators } from '../testing/start-emulators.ts';
import { testMapping, testPolicy } from '../testing/test-policy.ts';
import type { OnReconciled } from './create-reconciler.ts';
import { createWebhookHandler, type WebhookHandlerOptions } from './create-webhook-handler.ts';

const signingKey = 'the signing key of the webhook';
const emulators = await startEmulators({
  policy: testPolicy,
  logtoSeed: { organizationRoles: [{ id: 'owner', name: 'owner' }] },
});
const { apiUrl, apiKey } = emulators.permit;
const sdk = new Permit({ token: apiKey, apiUrl, log: { level: 'silent' } });
afterAll(() => emulators[Symbol.asyncDispose]());
afterEach(() => emulators.emulators.permit.faults.clear());

const handlerWith = (more: Partial<WebhookHandlerOptions> = {}) =>
  createWebhookHandler({
    signingKey,
    logto: emulators.logto,
    permit: emulators.permit,
    mapping: testMapping,
    ...more,
  });
const sign = (body: string, key = signingKey): string => createHmac('sha256', key).update(body).digest('hex');
const delivery = (body: string, signature: string | undefined = sign(body)): Request =>
  new Request('https://app.example/api/webhooks/logto', {
    method: 'POST',
    headers: signature === '' ? {} : { 'logto-signature-sha-256': signature },
    body,
  });
const event = (name: string, more: object): Request =>
  delivery(JSON.stringify({ event: name, createdAt: new Date().toISOString(), ...more }));

let count = 0;
const newUser = async (): Promise<string> =>
  idOf(await emulators.manage('POST', '/users', { username: `fetch_user_${++count}`, name: 'Ann' }));
const rolesOf = async (id: string): Promise<string[]> =>
  ((await sdk.api.users.get(id)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();
const answerOf = async (response: Response): Promise<unknown> => ({
  status: response.status,
  body: await response.json(),
});

test('a sign-up creates the user with the default role once, even when deliveries are repeated', async () => {
  const onReconciled = vi.fn<OnReconciled>();
  const handler = handlerWith({ onReconciled });
  const id = await newUser();
  const registered = () => event('PostRegister', { userId: id });
  expect(await answerOf(await handler(registered()))).toEqual({
    status: 200,
    body: { status: 'reconciled' },
  });
  expect(await rolesOf(id)).toEqual(['viewer@default']);
  expect(onReconciled).toHaveBeenCalledExactlyOnceWith({ kind: 'user', id }, [
    { role: 'viewer', tenant: 'default', assigned: true },
  ]);

  await sdk.api.roleAssignments.unassign({ user: id, role: 'viewer', tenant: 'default' });
  await handler(registered());
  expect(await rolesOf(id)).toEqual([]);
});

test('two concurrent events of one sign-up, each in two processes, create one user', async () => {
  const handlers = [handlerWith(), handlerWith()];
  const id = await newUser();
  const answers = await Promise.all(
    handlers.flatMap((handler) => [
      handler(event('PostRegister', { userId: id })),
      handler(event('User.Created', { data: { id } })),
    ]),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await rolesOf(id)).toEqual(['viewer@default']);
});

test('a late event does not undo a newer state, because the current state is read from Logto', async () => {
  const handler = handlerWith();
  const id = await newUser();
  await handler(event('User.Created', { data: { id } }));
  await emulators.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  await handler(event('User.SuspensionStatus.Updated', { data: { id, isSuspended: true } }));
  await handler(event('User.Created', { data: { id, isSuspended: false } }));
  expect(await rolesOf(id)).toEqual([]);
  await emulators.manage('DELETE', `/users/${id}`);
  expect((await handler(event('User.Deleted', { params: { userId: id }, data: null }))).status).toBe(200);
  await expect(sdk.api.users.get(id)).rejects.toMatchObject({ response: { status: 404 } });
});

test('members of an organization get their roles in its tenant', async () => {
  const handler = handlerWith();
  const id = await newUser();
  const organization = idOf(await emulators.manage('POST', '/organizations', { name: 'Acme' }));
  await emulators.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  const members = { organizationId: organization, addedUserIds: [id] };
  expect((await handler(event('Organization.Membership.Updated', members))).status).toBe(200);
  expect(await rolesOf(id)).toContain(`viewer@${organization}`);
  const other = await newUser();
  await emulators.manage('POST', `/organizations/${organization}/users`, { userIds: [other] });
  expect((await handler(event('Organization.Data.Updated', { params: { id: organization } }))).status).toBe(
    200,
  );
  expect(await rolesOf(other)).toContain(`viewer@${organization}`);
});

test('reports removed roles, also of a run that fails afterwards', async () => {
  const onReconciled = vi.fn<OnReconciled>();
  const handler = handlerWith({ onReconciled, onError: () => {} });
  const id = await newUser();
  const join = (organization: string) =>
    emulators.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  const [left, joined] = [
    idOf(await emulators.manage('POST', '/organizations', { name: 'Left' })),
    idOf(await emulators.manage('POST', '/organizations', { name: 'Joined' })),
  ];
  await handler(event('Organization.Created', { data: { id: joined } }));
  await join(left);
  expect((await handler(event('User.Created', { data: { id } }))).status).toBe(200);
  await emulators.manage('DELETE', `/organizations/${left}/users/${id}`);
  await join(joined);
  const { faults } = emulators.emulators.permit;
  faults.add({ method: 'POST', path: '/v2/facts/*', status: 422 });
  expect((await handler(event('User.Data.Updated', { data: { id } }))).status).toBe(503);
  const removed = { role: 'viewer', tenant: left, assigned: false };
  expect(onReconciled).toHaveBeenLastCalledWith({ kind: 'user', id }, [removed]);
  faults.clear();
  expect((await handler(event('User.Data.Updated', { data: { id } }))).status).toBe(200);
  expect(onReconciled).toHaveBeenLastCalledWith({ kind: 'user', id }, [
    { role: 'viewer', tenant: 'default', assigned: true },
    { role: 'viewer', tenant: joined, assigned: true },
  ]);
});

test('a member who leaves while joining is still being written ends up without roles', async () => {
  const handler = handlerWith();
  const { permit } = emulators.emulators;
  const id = await newUser();
  const organization = idOf(await emulators.manage('POST', '/organizations', { name: 'Fleeting' }));
  await handler(event('Organization.Created', { data: { id: organization } }));
  await handler(event('User.Created', { data: { id } }));
  const members = { organizationId: organization };
  await emulators.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  permit.faults.add({ method: 'POST', path: '/v2/facts/*', delay: 1_500, count: 1 });
  const joining = handler(event('Organization.Membership.Updated', { ...members, addedUserIds: [id] }));
  await vi.waitFor(() => expect(permit.faults.list()).toEqual([]), 20_000);
  await emulators.manage('DELETE', `/organizations/${organization}/users/${id}`);
  const leaving = handler(event('Organization.Membership.Updated', { ...members, removedUserIds: [id] }));
  expect((await Promise.all([joining, leaving])).map(({ status }) => status)).toEqual([200, 200]);
  expect(await rolesOf(id)).toEqual(['viewer@default']);
});

test.each([
  ['Scope.Created', { data: { id: 'scope' } }, 'ignored'],
  ['PostSignIn', { userId: 'fake-id' }, 'test'],
  ['Role.Data.Updated', { data: { id: 'role' } }, 'run-needed'],
])('%s is acknowledged: %j is %s', async (name, more, status) => {
  expect(await answerOf(await handlerWith()(event(name, more)))).toEqual({ status: 200, body: { status } });
});

const body = JSON.stringify({ event: 'PostRegister', createdAt: new Date().toISOString(), userId: 'nobody' });
test.each([
  ['unsigned', 401, 'WEBHOOK_SIGNATURE_MISSING', body, ''],
  ['signed with another key', 401, 'WEBHOOK_SIGNATURE_INVALID', body, sign(body, 'another key')],
  ['changed after signing', 401, 'WEBHOOK_SIGNATURE_INVALID', `${body} `, sign(body)],
  ['no signature but a text', 401, 'WEBHOOK_SIGNATURE_INVALID', body, 'zz'],
  ['empty', 400, 'WEBHOOK_MALFORMED', '', sign('')],
  ['no JSON', 400, 'WEBHOOK_MALFORMED', 'event=PostRegister', sign('event=PostRegister')],
  ['too large', 413, 'WEBHOOK_TOO_LARGE', 'x'.repeat(1_048_577), '0'.repeat(64)],
])('a delivery that is %s is refused with %i %s', async (_, status, code, text, signature) => {
  expect(await answerOf(await handlerWith()(delivery(text, signature)))).toMatchObject({
    status,
    body: { code, status },
  });
});

const streamed = (signature: string, stream: ReadableStream<Uint8Array>): Request => {
  const init = {
    method: 'POST',
    headers: { 'logto-signature-sha-256': signature },
    body: stream,
    duplex: 'half' as const, // Required for a stream body.
  };
  return new Request('https://app.example/', init);
};

test('an unsigned request is refused before the body is read, and a body without a length when it exceeds the limit', async () => {
  let pulled = 0;
  const endless = (signature: string): Request =>
    streamed(
      signature,
      new ReadableStream({
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(65_536));
        },
      }),
    );
  expect((await handlerWith()(endless('no signature'))).status).toBe(401);
  expect(pulled).toBeLessThanOrEqual(1);
  expect((await handlerWith()(endless('0'.repeat(64)))).status).toBe(413);
  expect(pulled).toBeLessThanOrEqual(20);
});

test('accepts a signature by any of several keys, so that a key can be rotated', async () => {
  const handler = handlerWith({ signingKey: ['the next key', signingKey] });
  expect((await handler(event('Scope.Created', {}))).status).toBe(200);
});

test('answers 503 while Permit is unavailable, and applies the same delivery when it is sent again', async () => {
  const onError = vi.fn<(error: unknown) => void>();
  const handler = handlerWith({ onError });
  const id = await newUser();
  const { permit } = emulators.emulators;
  permit.faults.add({ path: '/v2/*', status: 503 });
  expect(await answerOf(await handler(event('PostRegister', { userId: id })))).toMatchObject({
    status: 503,
    body: { code: 'SYNC_FAILED' },
  });
  expect(onError).toHaveBeenCalledWith(
    expect.objectContaining({ code: 'PERMIT_API_ERROR', permitStatus: 503 }),
  );
  permit.faults.clear();
  expect((await handler(event('PostRegister', { userId: id }))).status).toBe(200);
  expect(await rolesOf(id)).toEqual(['viewer@default']);
});

test.each([
  ['slow', 100, 1],
  ['large', 40, 1_000_000],
])('%s bodies with a false signature do not block a delivery of Logto', async (_, number, size) => {
  const handler = handlerWith();
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const forge = () => {
    let own: ReadableStreamDefaultController<Uint8Array>;
    return handler(
      streamed(
        '0'.repeat(64),
        new ReadableStream<Uint8Array>({
          start(controller) {
            open.add((own = controller));
            controller.enqueue(new Uint8Array(size));
          },
          cancel: () => void open.delete(own),
        }),
      ),
    );
  };
  const forged = Array.from({ length: number }, forge);
  expect((await handler(event('Scope.Created', {}))).status).toBe(200);
  await vi.waitFor(() => expect(open.size * size).toBeLessThanOrEqual(8_388_608));
  const refused = number - open.size;
  for (const controller of open) controller.close();
  const statuses = (await Promise.all(forged)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 503)).toHaveLength(refused);
  expect(statuses.filter((status) => status === 401)).toHaveLength(number - refused);
});
