import { policy } from '@latchkey/policy';
import { rolesOf } from '@latchkey/permissions';
import type { RoleSource, SourcedRole } from '../../directory/role-source.ts';

export type MemberKind = 'person' | 'machine';
export type MemberStatus = 'active' | 'suspended';
export type SourceKind = RoleSource['kind'];

export const sourceKinds = ['default', 'logto', 'request', 'hand'] as const satisfies readonly SourceKind[];

/** A member of a tenant. Times are ISO 8601. */
export interface Member {
  /** The Permit key. */
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly kind: MemberKind;
  /** In the order of the policy; for a suspended member those that will be restored. */
  readonly roles: readonly SourcedRole[];
  /** `null` for a member who never signed in, or when it is unknown. */
  readonly lastSignInAt: string | null;
  /** `dormant`: a user who has not signed in for `dormantDays`. */
  readonly status: MemberStatus | 'dormant';
}

export const dormantDays = 90;

const policyOrder = new Map(rolesOf(policy).map((role, index): [string, number] => [role, index]));

/** Sorts roles by the policy, the strongest last; roles that the policy does not have follow all others. */
export function inPolicyOrder(roles: Iterable<string>): string[] {
  return [...new Set(roles)].toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

function rank(role: string): number {
  return policyOrder.get(role) ?? policyOrder.size;
}
