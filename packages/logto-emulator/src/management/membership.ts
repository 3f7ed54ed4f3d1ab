import { endConsents } from '../directory/consent-scopes.ts';
import { membershipKey, type Directory } from '../directory/directory.ts';
import type { Membership } from '../directory/records.ts';
import { refuseWrongType, RequestError } from './request-error.ts';
import type { Raised } from './route.ts';

export type Kind = Membership['kind'];

/** Logto drops further ids from an event. */
const cap = 5000;

export const membersOf = (directory: Directory, organizationId: string, kind: Kind): Membership[] =>
  directory.memberships
    .findBy('organization', organizationId)
    .filter((membership) => membership.kind === kind);

/** Logto also raises this event when nothing changed, without ids. */
export function membershipUpdated(
  organizationId: string,
  kind: Kind,
  { added = [], removed = [] }: { added?: readonly string[]; removed?: readonly string[] },
): Raised {
  const suffix = kind === 'user' ? 'UserIds' : 'ApplicationIds';
  return [
    'Organization.Membership.Updated',
    {
      organizationId,
      ...(added.length > 0 ? { [`added${suffix}`]: added.slice(0, cap) } : {}),
      ...(removed.length > 0 ? { [`removed${suffix}`]: removed.slice(0, cap) } : {}),
    },
  ];
}

/**
 * Returns the ids of the new members.
 * @throws RequestError 422 when the organization or a member does not exist, or an application is not
 * machine-to-machine
 */
export function addMembers(
  directory: Directory,
  [organizationId, kind]: readonly [string, Kind],
  memberIds: readonly string[],
): string[] {
  if (memberIds.length === 0) return [];
  if (kind === 'application') refuseWrongType(directory.applications, memberIds, 'MachineToMachine');
  const candidates = kind === 'user' ? directory.users : directory.applications;
  if (!directory.organizations.has(organizationId) || memberIds.some((id) => !candidates.has(id))) {
    throw new RequestError('entity.relation_foreign_key_not_found', 422);
  }
  const added: string[] = [];
  for (const memberId of new Set(memberIds)) {
    const membership = { organizationId, kind, memberId, roleIds: [] };
    if (directory.memberships.has(membershipKey(membership))) continue;
    directory.memberships.put(membershipKey(membership), membership);
    added.push(memberId);
  }
  return added;
}

export function replaceMembers(
  directory: Directory,
  [organizationId, kind]: readonly [string, Kind],
  memberIds: readonly string[],
): { added: string[]; removed: string[] } {
  const wanted = new Set(memberIds);
  const added = addMembers(directory, [organizationId, kind], memberIds);
  const gone = membersOf(directory, organizationId, kind).filter(({ memberId }) => !wanted.has(memberId));
  for (const membership of gone) {
    directory.memberships.delete(membershipKey(membership));
    endConsents(directory, membership);
  }
  return { added, removed: gone.map(({ memberId }) => memberId) };
}
