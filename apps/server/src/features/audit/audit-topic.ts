import { z } from 'zod';

const AuditChange = z.object({
  tenants: z.array(z.string()),
  /** Whom the changes among them are about. Default: nobody, as of a replica of an older version. */
  about: z.array(z.object({ tenant: z.string(), subject: z.string() })).default([]),
});
/** Events of these tenants were stored. */
export type AuditChange = z.output<typeof AuditChange>;

export const auditTopic = { name: 'audit', schema: AuditChange };
