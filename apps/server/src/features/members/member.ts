import { policy } from '@latchkey/policy';
import { rolesOf } from '@latchkey/permissions';
import { z } from 'zod';
import type { RoleSource, SourcedRole } from '../../directory/role-source.ts';
import { PersonKey, SearchText } from '../../directory/directory-person.ts';

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
  /** Weakest first; for a suspended member, the roles that will be restored. */
  readonly roles: readonly SourcedRole[];
  /** `null` if unknown, or if the member has never signed in. */
  readonly lastSignInAt: string | null;
  /** `dormant`: an active user who has not signed in for `dormantDays` days. */
  readonly status: MemberStatus | 'dormant';
}

export const dormantDays = 90;

const MembersChange = z.object({
  /** Absent if members of any tenant may have changed. */
  tenant: z.string().optional(),
});
export type MembersChange = z.output<typeof MembersChange>;

export const membersTopic = { name: 'members', schema: MembersChange };

const Role = z.enum(rolesOf(policy));

export const MemberRef = z.object({ subject: PersonKey });
export const RoleRef = MemberRef.extend({ role: Role });
export const PreviewInput = RoleRef.extend({ change: z.enum(['assign', 'unassign']) });

export const MemberFilter = z.object({
  /** Words that must all occur in the name, email address or key. */
  search: SearchText.optional(),
  role: Role.optional(),
  source: z.enum(sourceKinds).optional(),
  status: z.enum(['active', 'dormant', 'suspended']).optional(),
  kind: z.enum(['person', 'machine']).optional(),
});
export type MemberFilter = z.output<typeof MemberFilter>;

export const ListInput = MemberFilter.extend({
  sort: z.enum(['name', 'lastSignIn']).default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  offset: z.number().int().min(0).max(10_000_000).default(0),
  limit: z.number().int().min(1).max(100).default(50),
});

export type MemberPage = z.output<typeof ListInput>;
