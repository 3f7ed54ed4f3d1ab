import { randomUUID } from 'node:crypto';
import { reports } from '../features/reports/tables.ts';
import { accessGrants, accessRequests } from '../features/requests/tables.ts';
import { reviews } from '../features/reviews/tables.ts';

/* Rows that tests store themselves. Fields that a test does not name have any value. */

export const reportRow = (more: Partial<typeof reports.$inferInsert> = {}) => ({
  id: randomUUID(),
  tenant: 'default',
  title: 'Quarterly',
  status: 'draft' as const,
  kind: 'access-review' as const,
  ownerKey: 'another',
  content: { generatedAt: '', members: [] },
  ...more,
});

export const requestRow = (more: Partial<typeof accessRequests.$inferInsert> = {}) => ({
  id: randomUUID(),
  tenant: 'default',
  requester: 'ann',
  role: 'editor',
  reason: 'For the review',
  createdAt: new Date(),
  ...more,
});

export const grantRow = (more: Partial<typeof accessGrants.$inferInsert> = {}) => {
  const { grantedAt: at = new Date() } = more;
  const times = { grantedAt: at, decidedAt: at, nextAttemptAt: at };
  return {
    id: randomUUID(),
    tenant: 'default',
    subject: 'ann',
    role: 'editor',
    grantedBy: 'ada',
    ...times,
    ...more,
  };
};

export const reviewRow = (more: Partial<typeof reviews.$inferInsert> = {}) => ({
  id: randomUUID(),
  tenant: 'default',
  name: 'November',
  scope: { kind: 'all' as const },
  chosen: { kind: 'role' as const, role: 'admin' as const },
  status: 'open' as const,
  recurrence: 'none' as const,
  dueAt: new Date(),
  createdBy: 'ada',
  createdAt: new Date(),
  ...more,
});
