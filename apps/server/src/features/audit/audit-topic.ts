import { z } from 'zod';

const AuditChange = z.object({ tenants: z.array(z.string()) });
/** Events of these tenants were stored. */
export type AuditChange = z.output<typeof AuditChange>;

export const auditTopic = { name: 'audit', schema: AuditChange };
