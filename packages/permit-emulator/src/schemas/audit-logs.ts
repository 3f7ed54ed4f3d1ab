import { z } from 'zod';
import { flagParameter, listParameter, numberParameter, paging, textParameter } from './common.ts';

const seconds = numberParameter(z.int().optional());

export const auditLogQuery = z.object({
  ...paging,
  pdp_id: textParameter,
  users: listParameter,
  resources: listParameter,
  decision: flagParameter,
  tenant: textParameter,
  action: textParameter,
  /** Unix time in seconds, both ends included. */
  timestamp_from: seconds,
  timestamp_to: seconds,
  sort_by: textParameter.pipe(z.enum(['None', 'timestamp']).optional()),
});

export type AuditLogQuery = z.output<typeof auditLogQuery>;
