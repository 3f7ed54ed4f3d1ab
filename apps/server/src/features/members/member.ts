import { policy } from '@latchkey/policy';
import { rolesOf } from '@latchkey/permissions';
import { z } from 'zod';
import type { RoleSource } from '../../directory/role-source.ts';
import { PersonKey, SearchText } from '../../directory/directory-person.ts';

export type MemberKind = 'person' | 'machine';
export type MemberStatus = 'active' | 'suspended';
export type SourceKind = RoleSource['kind'];

export const sourceKinds = ['default', 'logto', 'request', 'hand'] as const satisfies readonly SourceKind[];

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
  /** Only members with any role. */
  withRoles: z.literal(true).optional(),
});
export type MemberFilter = z.output<typeof MemberFilter>;
