import { defaultTenant } from '@latchkey/directory-sync';
import { policy } from '@latchkey/policy';
import type { FindPeople } from '../../directory/people.ts';
import { type RoleSource, rolesFromLogto, type UnnamedSource } from '../../directory/role-source.ts';
import type { MemberKind } from './member.ts';
import type { AssignedRole, RoleChanges, RoleOfMember } from './role-changes.ts';

/** A role that was granted by an approved request, or was assigned with an end. */
export interface GrantedRole extends RoleOfMember {
  /** `null` if the role was assigned without a request. */
  readonly requestId: string | null;
  readonly by: string;
  readonly at: Date;
  readonly endsAt: Date | null;
}

export interface RoleSourcesDeps {
  readonly changes: Pick<RoleChanges, 'assignedTo'>;
  readonly grantedRolesOf: (subjects: readonly string[]) => Promise<readonly GrantedRole[]>;
}

/** Returns the source of a member's role. The user who assigned it is only a key. */
export type FindSource = (held: RoleOfMember & { readonly kind: MemberKind }) => UnnamedSource;

export type LoadSources = (subjects: readonly string[]) => Promise<FindSource>;

/**
 * A role comes from Logto if the mapping assigns it in the tenant, because sync would undo any other change; otherwise
 * from an active grant, or from the last assignment in the console. A default role that nobody assigned comes from
 * sync.
 */
export function createLoadSources({ changes, grantedRolesOf }: RoleSourcesDeps): LoadSources {
  return async (subjects) => {
    const [given, granted] = await Promise.all([changes.assignedTo(subjects), grantedRolesOf(subjects)]);
    const assignedBy = new Map(given.map((one): [string, AssignedRole] => [nameOf(one), one]));
    const grantedBy = new Map(granted.map((one): [string, GrantedRole] => [nameOf(one), one]));
    return (held) => {
      // Only for users: sync does not change the roles of machines.
      if (held.kind === 'person' && rolesFromLogto(held.tenant).has(held.role)) return { kind: 'logto' };
      const grant = grantedBy.get(nameOf(held));
      if (grant !== undefined) return grantSource(grant);
      const gift = assignedBy.get(nameOf(held));
      if (gift !== undefined) return { kind: 'hand', by: gift.by, at: gift.at.toISOString(), endsAt: null };
      const isDefault = held.role === policy.defaultRole && held.tenant === defaultTenant;
      return isDefault && held.kind === 'person'
        ? { kind: 'default' }
        : { kind: 'hand', by: null, at: null, endsAt: null };
    };
  };
}

function grantSource({ requestId, by, at, ...grant }: GrantedRole): UnnamedSource {
  const endsAt = grant.endsAt?.toISOString() ?? null;
  return requestId === null
    ? { kind: 'hand', by, at: at.toISOString(), endsAt }
    : { kind: 'request', requestId, endsAt };
}

function nameOf({ tenant, subject, role }: RoleOfMember): string {
  return [tenant, subject, role].join(' ');
}

interface SharesOfPerson {
  readonly tenant: string;
  readonly subject: string;
  readonly reports: readonly string[];
}

export interface ShareSourcesDeps {
  /** Returns a user's roles on reports from requests. `endsAt`: `null` for no end. */
  readonly requestedShares: (
    tenant: string,
    subject: string,
  ) => Promise<
    readonly {
      readonly instance: string;
      readonly role: string;
      readonly requestId: string;
      readonly endsAt: Date | null;
    }[]
  >;
  /** Returns who assigned a user's roles on these reports in this console. */
  readonly storedShares: (of: SharesOfPerson) => Promise<
    readonly {
      readonly report: string;
      readonly role: string;
      readonly by: string;
      readonly at: Date;
    }[]
  >;
  readonly findPeople: FindPeople;
}

/**
 * Returns the source of a user's role on a report; `null` if the role is inherited from a collection, was assigned
 * outside this console, or was given to the report's creator.
 */
type FindShareSource = (report: string, role: string) => RoleSource | null;

export function createLoadShareSources({ requestedShares, storedShares, findPeople }: ShareSourcesDeps) {
  return async (of: SharesOfPerson): Promise<FindShareSource> => {
    const [requested, given] = await Promise.all([requestedShares(of.tenant, of.subject), storedShares(of)]);
    const names = await findPeople(given.map(({ by }) => by));
    return (report, role) => {
      const request = requested.find((one) => one.instance === report && one.role === role);
      if (request !== undefined) {
        const { requestId, endsAt } = request;
        return { kind: 'request', requestId, endsAt: endsAt?.toISOString() ?? null };
      }
      const gift = given.find((one) => one.report === report && one.role === role);
      if (gift === undefined) return null;
      const { by, at } = gift;
      return {
        kind: 'hand',
        by: names.get(by) ?? { key: by, name: null },
        at: at.toISOString(),
        endsAt: null,
      };
    };
  };
}
