import { readFileSync } from 'node:fs';
import type { LogtoEvent } from '@latchkey/directory-sync';
import { z } from 'zod';
import type { TestLogto } from './test-logto.ts';

const UserFields = z.object({
  username: z.string().nullable(),
  primaryEmail: z.string().nullable(),
  name: z.string().nullable(),
  customData: z.looseObject({}),
  profile: z.looseObject({}),
});
const Identified = z.object({ id: z.string(), isSuspended: z.boolean().optional() });
const Named = z.object({ name: z.string(), description: z.string().nullable() });
const Asked = z.looseObject({ path: z.string(), method: z.string(), matchedRoute: z.string() });

/**
 * Repeats the request that caused an event, so that Logto has the state after the event. Requests that create something
 * change it instead, because Logto assigns ids itself: users, organizations and roles are seeded with the event's ids.
 */
export async function replayRequest(event: LogtoEvent, { manage }: Pick<TestLogto, 'manage'>): Promise<void> {
  const data = event.user ?? event.data;
  const whole = UserFields.safeParse(data).data;
  if (whole !== undefined && event.event !== 'User.Deleted') {
    const { id, isSuspended } = Identified.parse(data);
    await manage('PATCH', `/users/${id}`, whole);
    await manage('PATCH', `/users/${id}/is-suspended`, { isSuspended });
    return;
  }
  const { path, method, matchedRoute } = Asked.parse(event);
  switch (`${method} ${matchedRoute}`) {
    case 'PATCH /users/:userId/custom-data':
      await manage(method, path, { customData: data });
      break;
    case 'PATCH /users/:userId/profile':
      await manage(method, path, { profile: data });
      break;
    case 'POST /organizations':
      await manage('PATCH', `/organizations/${Identified.parse(data).id}`, Named.parse(data));
      break;
    case 'POST /organizations/:id/users':
      await manage(method, path, { userIds: event.addedUserIds });
      break;
    case 'PATCH /organizations/:id':
    case 'PATCH /organization-roles/:id':
    case 'PATCH /roles/:id':
      await manage(method, path, Named.parse(data));
      break;
    case 'DELETE /users/:userId':
    case 'DELETE /organizations/:id':
    case 'DELETE /organizations/:id/users/:userId':
    case 'DELETE /organization-roles/:id':
      await manage(method, path);
      break;
    // Other requests concern scopes and new roles, which Permit does not have.
    default:
  }
}

export interface RecordedDelivery {
  readonly event: string;
  /** The exact body that was signed, as UTF-8 text. */
  readonly body: string;
  readonly signature: string;
}

const Line = z.object({
  event: z.string(),
  headers: z.object({ 'logto-signature-sha-256': z.string() }),
  body: z.string(),
});

/** The deliveries of a real Logto 1.42 to a hook with the tests' signing key, in order. */
export const recordedDeliveries: readonly RecordedDelivery[] = readFileSync(
  new URL('../../fixtures/logto-webhooks.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => Line.parse(JSON.parse(line)))
  .map(({ event, body, headers }) => ({ event, body, signature: headers['logto-signature-sha-256'] }));
