import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

export const subjectQueue = 'directory-subjects';
export const runQueue = 'directory-runs';

/**
 * SQL condition: a job for the subject is queued, running or to be retried. A job is created in the transaction that
 * makes a delivery pending, so a pending delivery without one is abandoned.
 */
export const hasSubjectJob = (subject: SQLWrapper): SQL => sql`exists (
  select from pgboss.job where name = ${subjectQueue} and singleton_key = ${subject} and state < 'completed')`;

/** The same for a run. A scheduled sweep has its job's id. */
export const hasRunJob = (runId: SQLWrapper): SQL => sql`exists (
  select from pgboss.job where name = ${runQueue} and state < 'completed'
    and (id = ${runId} or data ->> 'runId' = ${runId}::text))`;
