import { z } from 'zod';

const AuditChange = z.object({
  tenants: z.array(z.string()),
  /** The users affected by the changes. Default: none, as sent by replicas of an older version. */
  about: z.array(z.object({ tenant: z.string(), subject: z.string() })).default([]),
});
/** Events of these tenants were stored. */
export type AuditChange = z.output<typeof AuditChange>;

export const auditTopic = { name: 'audit', schema: AuditChange };
