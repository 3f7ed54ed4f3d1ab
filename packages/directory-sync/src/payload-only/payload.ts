import { z } from 'zod';
import { userOf, type LogtoEvent, type LogtoUser } from '../events/logto-event.ts';
import type { LogtoOrganization } from '../plan/states.ts';

/**
 * What a delivery says about a subject. `version` orders payloads of complete users: `updatedAt`, or else the event's
 * `createdAt`, in epoch milliseconds. Others have none: the last to arrive wins, even if it is late.
 */
export type Payload =
  | { readonly kind: 'user'; readonly user: LogtoUser; readonly version: number }
  | { readonly kind: 'user-gone'; readonly id: string; readonly version: number }
  | {
      readonly kind: 'user-part';
      readonly id: string;
      readonly part: 'customData' | 'profile';
      readonly value: unknown;
    }
  | {
      readonly kind: 'membership';
      readonly user: string;
      readonly organization: string;
      readonly isMember: boolean;
    }
  | { readonly kind: 'organization'; readonly organization: LogtoOrganization }
  | { readonly kind: 'organization-gone'; readonly id: string };

const Organization = z.object({ id: z.string().min(1), name: z.string(), description: z.string().nullish() });

/** What the event says about this user, if usable. Logto does not preserve order: the higher `version` is right. */
export function userPayload(event: LogtoEvent, id: string): Payload | undefined {
  const createdAt = Date.parse(event.createdAt);
  const version = Number.isNaN(createdAt) ? 0 : createdAt;
  if (event.event === 'User.Deleted') return { kind: 'user-gone', id, version };
  if (event.event === 'Organization.Membership.Updated') {
    const organization = event.organizationId ?? event.params?.id;
    if (organization === undefined) return undefined;
    return {
      kind: 'membership',
      user: id,
      organization,
      isMember: event.addedUserIds?.includes(id) === true,
    };
  }
  const user = userOf(event);
  if (user !== undefined) return { kind: 'user', user, version: user.updatedAt ?? version };
  const { matchedRoute } = event;
  if (matchedRoute === '/users/:userId/custom-data') {
    return { kind: 'user-part', id, part: 'customData', value: event.data };
  }
  return matchedRoute === '/users/:userId/profile'
    ? { kind: 'user-part', id, part: 'profile', value: event.data }
    : undefined;
}

/** Like `userPayload`, for an organization. */
export function organizationPayload(event: LogtoEvent, id: string): Payload | undefined {
  if (event.event === 'Organization.Deleted') return { kind: 'organization-gone', id };
  const organization = Organization.safeParse(event.data).data;
  return organization === undefined ? undefined : { kind: 'organization', organization };
}
