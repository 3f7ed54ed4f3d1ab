import type { Hook } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import type { HookEvent } from '../webhooks/events.ts';
import { signedRequest } from '../webhooks/webhooks.ts';
import { RequestError } from './request-error.ts';

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

/** A test payload. Nothing marks it as a test except its fake content. */
function testPayload(hookId: string, event: HookEvent, now: number): string {
  const head = { event, hookId, createdAt: new Date(now).toISOString(), userAgent: 'fake-user-agent' };
  return JSON.stringify({ ...head, ...(event.startsWith('Post') ? fakeInteraction(now) : fakeData) });
}

/**
 * Sends fake payloads, signed with the hook's key, and does not log them.
 * @throws RequestError 422 `hook.endpoint_responded_with_error` | `hook.send_test_payload_failed`
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
