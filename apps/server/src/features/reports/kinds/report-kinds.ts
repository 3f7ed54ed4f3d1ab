import { rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { z } from 'zod';

/** What a report can be about. */
export const reportKinds = ['access-review', 'machines', 'dormant', 'denials', 'changes'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** Who makes a report may see what it is made from, beside `reports:create`. */
export const sourcePermissions = {
  'access-review': 'members:view',
  machines: 'members:view',
  dormant: 'members:view',
  denials: 'audit:view',
  changes: 'audit:view',
} as const satisfies Readonly<Record<ReportKind, AppPermission>>;

/** Days before now. The audit log keeps no event for longer than a year by default. */
const Period = z.number().int().min(1).max(365).default(30);

/** A kind, and what reports of this kind can be made with. */
export const ReportRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('access-review'),
    /** Only who holds one of these roles. Default: everybody with a role. */
    roles: z
      .array(z.enum(rolesOf(policy)))
      .max(20)
      .default([]),
  }),
  z.object({ kind: z.literal('machines') }),
  z.object({
    kind: z.literal('dormant'),
    /** Days since the last sign-in, at least. */
    days: z.number().int().min(1).max(3_650).default(90),
  }),
  z.object({ kind: z.literal('denials'), days: Period }),
  z.object({ kind: z.literal('changes'), days: Period }),
]);
export type ReportRequest = z.output<typeof ReportRequest>;
