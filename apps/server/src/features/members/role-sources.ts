import { defaultTenant } from '@latchkey/directory-sync';
import { policy } from '@latchkey/policy';
import { type RoleSource, rolesFromLogto } from '../../directory/role-source.ts';
import type { MemberKind } from './member.ts';
import type { GivenRole, RoleChanges, RoleOfMember } from './role-changes.ts';

/** A role that an approved request grants until its end. */
export interface RequestedRole extends RoleOfMember {
  readonly requestId: string;
  readonly endsAt: Date | null;
}

export interface RoleSourcesDeps {
  readonly changes: Pick<RoleChanges, 'givenTo'>;
  readonly requestedRolesOf: (subjects: readonly string[]) => Promise<readonly RequestedRole[]>;
}

/** Returns the source of a member's role, without the name of the assigner. */
export type FindSource = (held: RoleOfMember & { readonly kind: MemberKind }) => UnnamedSource;

export type UnnamedSource =
  | Exclude<RoleSource, { kind: 'hand' }>
  | { readonly kind: 'hand'; readonly by: string | null; readonly at: string | null };

/** Reads the sources of these members' roles in all their tenants. */
export type LoadSources = (subjects: readonly string[]) => Promise<FindSource>;

/**
 * A role comes from Logto if the mapping assigns it in that tenant, because sync would undo other changes. Otherwise it
 * comes from a request with an active grant, or from the last assignment in the console. A default role that nobody
 * assigned comes from sync.
 */
export function createLoadSources({ changes, requestedRolesOf }: RoleSourcesDeps): LoadSources {
  return async (subjects) => {
    const [given, requested] = await Promise.all([changes.givenTo(subjects), requestedRolesOf(subjects)]);
    const givenBy = new Map(given.map((one): [string, GivenRole] => [nameOf(one), one]));
    const requestedBy = new Map(requested.map((one): [string, RequestedRole] => [nameOf(one), one]));
    return (held) => {
      // Sync does not change the roles of machines.
      if (held.kind === 'person' && rolesFromLogto(held.tenant).has(held.role)) return { kind: 'logto' };
      const request = requestedBy.get(nameOf(held));
      if (request !== undefined) return requestSource(request);
      const gift = givenBy.get(nameOf(held));
      if (gift !== undefined) return { kind: 'hand', by: gift.by, at: gift.at.toISOString() };
      const isDefault = held.role === policy.defaultRole && held.tenant === defaultTenant;
      return isDefault && held.kind === 'person' ? { kind: 'default' } : { kind: 'hand', by: null, at: null };
    };
  };
}

export function requestSource({
  requestId,
  endsAt,
}: Pick<RequestedRole, 'requestId' | 'endsAt'>): Extract<RoleSource, { kind: 'request' }> {
  return { kind: 'request', requestId, endsAt: endsAt?.toISOString() ?? null };
}

function nameOf({ tenant, subject, role }: RoleOfMember): string {
  return [tenant, subject, role].join(' ');
}
