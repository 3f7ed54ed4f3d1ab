import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { sourceKinds } from './member.ts';

const Role = z.enum(rolesOf(policy));
/** The key of a user in Permit. */
const Subject = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9|@+\-._]+$/);

export const MemberRef = z.object({ subject: Subject });
export const RoleRef = MemberRef.extend({ role: Role });
export const PreviewInput = RoleRef.extend({ change: z.enum(['assign', 'unassign']) });

export const ListInput = z.object({
  /** Every word is in the name, the e-mail address or the key. */
  search: z
    .string()
    .trim()
    .max(100)
    .refine((text) => !text.includes('\0'), 'must not contain NUL')
    .optional(),
  role: Role.optional(),
  source: z.enum(sourceKinds).optional(),
  status: z.enum(['active', 'dormant', 'suspended']).optional(),
  kind: z.enum(['person', 'machine']).optional(),
  sort: z.enum(['name', 'lastSignIn']).default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  /** `next` of the page before, with the same filter and order. */
  cursor: z.object({ value: z.string().max(2_000), subject: Subject }).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

type ListInput = z.output<typeof ListInput>;
export type MemberFilter = Pick<ListInput, 'search' | 'role' | 'source' | 'status' | 'kind'>;

export interface MemberPage extends MemberFilter, Pick<ListInput, 'sort' | 'direction' | 'limit'> {
  readonly after: ListInput['cursor'];
}
