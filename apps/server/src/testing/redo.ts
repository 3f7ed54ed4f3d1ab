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
const Named = z.object({ name: z.string(), description: z.string().nullable() });
const Asked = z.looseObject({ path: z.string(), method: z.string(), matchedRoute: z.string() });

/**
 * Brings Logto to the state that an event tells of, by the request that the event came of. Users, organizations and roles
 * are seeded with the ids that the event has, since Logto gives ids itself.
 */
export async function redo(event: LogtoEvent, { manage }: Pick<TestLogto, 'manage'>): Promise<void> {
  const { data, user } = event;
  const whole = UserFields.safeParse(user ?? data).data;
  const asked = Asked.safeParse(event).data;
  if (whole !== undefined && event.event !== 'User.Deleted') {
    const { id, isSuspended } = z.object({ id: z.string(), isSuspended: z.boolean() }).parse(user ?? data);
    await manage('PATCH', `/users/${id}`, whole);
    await manage('PATCH', `/users/${id}/is-suspended`, { isSuspended });
  } else if (asked !== undefined) {
    const { path, method, matchedRoute } = asked;
    if (matchedRoute === '/users/:userId/custom-data') await manage(method, path, { customData: data });
    if (matchedRoute === '/users/:userId/profile') await manage(method, path, { profile: data });
    if (matchedRoute === '/organizations/:id/users')
      await manage(method, path, { userIds: event.addedUserIds });
    if (method === 'DELETE' && matchedRoute !== '/roles/:id/scopes/:scopeId') await manage(method, path);
    if (matchedRoute === '/organizations') {
      await manage(
        'PATCH',
        `/organizations/${z.object({ id: z.string() }).parse(data).id}`,
        Named.parse(data),
      );
    }
    const isRenaming = ['/organizations/:id', '/roles/:id', '/organization-roles/:id'].includes(matchedRoute);
    if (method === 'PATCH' && isRenaming) await manage(method, path, Named.parse(data));
  }
}
