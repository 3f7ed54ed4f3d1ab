import { policy } from '@latchkey/policy';
import { rolesOf } from '@latchkey/permissions';
import type { RoleSource, SourcedRole } from '../../auth/role-source.ts';

export type MemberKind = 'person' | 'machine';
export type MemberStatus = 'active' | 'suspended';
export type SourceKind = RoleSource['kind'];

export const sourceKinds = ['default', 'logto', 'request', 'hand'] as const satisfies readonly SourceKind[];

/** Somebody who belongs to a tenant. Times are ISO 8601. */
export interface Member {
  /** The key in Permit. */
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly kind: MemberKind;
  /** In the order of the policy; of a suspended member those that come back. */
  readonly roles: readonly SourcedRole[];
  /** `null` for who never signed in, and when it is not known. */
  readonly lastSignInAt: string | null;
  /** `dormant`: a person who has not signed in for `dormantDays`. */
  readonly status: MemberStatus | 'dormant';
}

export const dormantDays = 90;

const policyOrder = new Map(rolesOf(policy).map((role, index): [string, number] => [role, index]));

/** The strongest role of the policy last; roles that the policy does not have come after all others. */
export function inPolicyOrder(roles: Iterable<string>): string[] {
  return [...new Set(roles)].toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

function rank(role: string): number {
  return policyOrder.get(role) ?? policyOrder.size;
}
