import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { PersonKey, SearchText } from '../../directory/person-inputs.ts';
import { sourceKinds } from './member.ts';

const Role = z.enum(rolesOf(policy));

export const MemberRef = z.object({ subject: PersonKey });
export const RoleRef = MemberRef.extend({ role: Role });
export const PreviewInput = RoleRef.extend({ change: z.enum(['assign', 'unassign']) });

/** Filters the members of the tenant. */
export const MemberFilter = z.object({
  /** Every word must occur in the name, the email address or the key. */
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
  /** The number of members to skip, in this order. */
  offset: z.number().int().min(0).max(10_000_000).default(0),
  limit: z.number().int().min(1).max(100).default(50),
});

export type MemberPage = z.output<typeof ListInput>;
