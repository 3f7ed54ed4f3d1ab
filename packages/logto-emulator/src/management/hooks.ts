import { z } from 'zod';
import { secret, standardId } from '../directory/identifiers.ts';
import type { Hook } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { type HookEvent, hookEvents } from '../webhooks/events.ts';
import { signedRequest } from '../webhooks/webhooks.ts';
import { defined, input, isYes, someChanges } from './input.ts';
import { executionStats } from './logs.ts';
import { pagedIfRequested } from './paging.ts';
import { found, foundForUpdate, remove, RequestError } from './request-error.ts';
import { type Answer, type Call, route, type Route } from './route.ts';

const fakeId = 'fake-id';

function fakeInteraction(now: number) {
  return {
    sessionId: 'fake-session-id',
    userIp: 'fake-user-ip',
    userId: fakeId,
    user: {
      id: fakeId,
      username: 'fake-user',
      primaryEmail: 'fake-user@fake-service.com',
      primaryPhone: '1234567890',
      name: 'Fake User',
      avatar: 'https://fake-service.com/avatars/fake-user.png',
      customData: { theme: 'light' },
      identities: { google: { userId: 'fake-google-user-id' } },
      profile: {},
      applicationId: 'fake-application-id',
      cimdClientId: null,
      isSuspended: false,
      lastSignInAt: now,
      createdAt: now,
      updatedAt: now,
    },
    application: {
      id: 'fake-spa-application-id',
      type: 'SPA',
      name: 'Fake Application',
      description: 'Fake application data for testing',
    },
  };
}

const fakeData = {
  path: '/fake-path/:id',
  method: 'POST',
  status: 200,
  params: { id: fakeId },
  data: { result: 'success' },
};

/** Only its fake content marks a payload as a test. */
function testPayload(hookId: string, event: HookEvent, now: number): string {
  const head = { event, hookId, createdAt: new Date(now).toISOString(), userAgent: 'fake-user-agent' };
  return JSON.stringify({ ...head, ...(event.startsWith('Post') ? fakeInteraction(now) : fakeData) });
}

/**
 * Deliveries are signed with the hook's key and not logged.
 * @throws RequestError 422 `hook.endpoint_responded_with_error` or `hook.send_test_payload_failed`
 */
export async function sendTests(
  { clock, webhooks }: Logto,
  hook: Hook,
  { events, config }: { events: readonly HookEvent[]; config: Hook['config'] },
): Promise<void> {
  const attempts = await Promise.all(
    events.map((event) =>
      webhooks.sendOnce(signedRequest({ ...hook, config }, testPayload(hook.id, event, clock.now()))),
    ),
  );
  const failed = attempts.find(({ error }) => error !== null);
  if (failed === undefined) return;
  if (failed.response === null)
    throw new RequestError('hook.send_test_payload_failed', 422, { message: failed.error });
  const { status: responseStatus, body: responseBody } = failed.response;
  throw new RequestError('hook.endpoint_responded_with_error', 422, {
    data: { responseStatus, responseBody },
  });
}

const event = z.enum(hookEvents);
const events = z
  .array(event)
  .min(1)
  .transform((list) => [...new Set(list)]);
const config = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  retries: z.number().min(0).max(3).optional(),
});
const fields = z.object({
  name: z.string().min(1).max(256).default(''),
  event: event.optional(),
  events: events.optional(),
  config,
  enabled: z.boolean().default(true),
});

const changed = z
  .object({ name: z.string().min(1).max(256), event: event.nullable(), events, config, enabled: z.boolean() })
  .partial();

const hookOf = ({ logto, params }: Call): Hook | undefined => logto.directory.hooks.get(params['id'] ?? '');
const findHook = (call: Call): Hook => found(hookOf(call), call.params['id'], 'hooks');

const show = (call: Call, hook: Hook, withStats: boolean) =>
  withStats ? { ...hook, executionStats: executionStats(call.logto, hook.id) } : hook;

function createHook({ logto, body }: Call): Answer {
  const given = input(fields, body);
  if (given.events === undefined && !given.event) throw new RequestError('hook.missing_events');
  const hook: Hook = {
    tenantId: 'default',
    id: standardId(),
    name: given.name,
    event: given.event ?? null,
    events: given.events ?? [],
    config: { url: given.config.url, ...defined(given.config) },
    signingKey: secret(),
    enabled: given.enabled,
    createdAt: logto.clock.now(),
  };
  logto.directory.hooks.put(hook.id, hook);
  return { status: 201, body: hook };
}

function changeHook(call: Call): Answer {
  const { config: given, ...changes } = someChanges(defined(input(changed, call.body)));
  const hook = foundForUpdate(hookOf(call), 'hook');
  const updated: Hook = {
    ...hook,
    ...changes,
    config: given === undefined ? hook.config : { url: given.url, ...defined(given) },
  };
  call.logto.directory.hooks.put(hook.id, updated);
  return { body: updated };
}

/** Takes effect immediately: there is no overlap. */
function rotateSigningKey(call: Call): Answer {
  const updated = { ...foundForUpdate(hookOf(call), 'hook'), signingKey: secret() };
  call.logto.directory.hooks.put(updated.id, updated);
  return { body: updated };
}

async function testHook(call: Call): Promise<Answer> {
  const given = input(z.object({ events, config }), call.body);
  await sendTests(call.logto, findHook(call), {
    events: given.events,
    config: { url: given.config.url, ...defined(given.config) },
  });
  return {};
}

export const hookRoutes: readonly Route[] = [
  route('GET /hooks', { pages: true }, (call) => {
    const withStats = isYes(call.query.get('includeExecutionStats'));
    return pagedIfRequested(call, [...call.logto.directory.hooks.values()].toReversed(), (hook) =>
      show(call, hook, withStats),
    );
  }),
  route('POST /hooks', createHook),
  route('GET /hooks/:id', (call) => ({
    body: show(call, findHook(call), Boolean(call.query.get('includeExecutionStats'))),
  })),
  route('PATCH /hooks/:id', changeHook),
  route('PATCH /hooks/:id/signing-key', rotateSigningKey),
  route('POST /hooks/:id/test', testHook),
  route('DELETE /hooks/:id', ({ logto, params }) => {
    remove(logto.directory.hooks, params['id']);
    return {};
  }),
];
