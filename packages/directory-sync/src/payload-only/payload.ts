import { z } from 'zod';
import { userOf, type LogtoEvent, type LogtoUser } from '../events/logto-event.ts';
import type { LogtoOrganization } from '../plan/states.ts';

/**
 * The content of a delivery about one subject. `version` orders the payloads of complete users: the user's `updatedAt`,
 * or else the event's `createdAt`, in epoch milliseconds. Other payloads have no version, because their objects lack
 * `updatedAt`: the payload that arrives last wins, so one that arrives late is wrong until the next change.
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

/**
 * Returns what the event contains about the user with this id, or `undefined` if the content is unusable. Logto does
 * not preserve order, so of two payloads the one with the higher `version` is right.
 */
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

/** Returns what the event contains about the organization with this id, or `undefined` if the content is unusable. */
export function organizationPayload(event: LogtoEvent, id: string): Payload | undefined {
  if (event.event === 'Organization.Deleted') return { kind: 'organization-gone', id };
  const organization = Organization.safeParse(event.data).data;
  return organization === undefined ? undefined : { kind: 'organization', organization };
}
