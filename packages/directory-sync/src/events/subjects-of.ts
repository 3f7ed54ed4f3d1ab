import { z } from 'zod';
import { isTestEvent, userOf, type LogtoEvent } from './logto-event.ts';
import type { Subject } from './subject.ts';

/** A change of more members than this is looked at as a change of the organization: Logto caps its lists, silently. */
const manyMembers = 200;

const WithId = z.object({ id: z.string().min(1) });

/**
 * The subjects that an event is a hint about; none when it changes nothing that Permit knows (scopes, lockouts), or is
 * a test. Events of newer versions are read by their name's first part.
 */
export function subjectsOf(event: LogtoEvent): Subject[] {
  if (isTestEvent(event)) return [];
  const [family = '', ...rest] = event.event.split('.');
  const what = rest.join('.');
  switch (family) {
    case 'User':
      return named('user', event.params?.userId ?? userOf(event)?.id);
    case 'Organization':
      return what === 'Membership.Updated'
        ? membersOf(event)
        : named('organization', event.params?.id ?? idOf(event.data));
    case 'Role':
    case 'OrganizationRole':
      // A mapping goes by names. No event tells who held a role that is renamed or deleted.
      return what === 'Deleted' || what === 'Data.Updated' ? [{ kind: 'directory' }] : [];
    default:
      return family.startsWith('Post') ? named('user', event.userId ?? event.user?.id) : [];
  }
}

function membersOf(event: LogtoEvent): Subject[] {
  const organization = event.organizationId ?? event.params?.id;
  const users = [...new Set([...(event.addedUserIds ?? []), ...(event.removedUserIds ?? [])])];
  // Applications are no members that Permit knows.
  if (users.length === 0 && ('addedApplicationIds' in event || 'removedApplicationIds' in event)) return [];
  return users.length === 0 || users.length > manyMembers
    ? named('organization', organization)
    : users.flatMap((id) => named('user', id));
}

function named(kind: 'user' | 'organization', id: string | null | undefined): Subject[] {
  // No id of Logto's has a NUL, and PostgreSQL could not keep one.
  return id === null || id === undefined || id === '' || id.includes('\0') ? [] : [{ kind, id }];
}

function idOf(data: unknown): string | undefined {
  return WithId.safeParse(data).data?.id;
}
