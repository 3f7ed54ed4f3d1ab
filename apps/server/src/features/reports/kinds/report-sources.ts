import { z } from 'zod';
import type { AppDirectory } from '../../../directory/decisions.ts';
import type { DirectoryPeople } from '../../../directory/directory-person.ts';
import type { FindPeople } from '../../../directory/people.ts';

/** Days before now. The audit log retains events for a year by default. */
export const auditPeriod = z.number().int().min(1).max(365).default(30);

/** The period of a report, and its maximum number of rows. */
export interface PeriodRows {
  readonly since: Date;
  readonly until: Date;
  readonly limit: number;
}

/** The audit log's data for reports. */
export interface AuditFacts {
  /** Denials by gates, grouped by user and permission; most frequent first. */
  denials(tenant: string, period: PeriodRows): Promise<FoundRows<DeniedActor>>;
  /** Changes, newest first. */
  changes(tenant: string, period: PeriodRows): Promise<FoundRows<RecordedChange>>;
}

export interface FoundRows<Row> {
  /** The total number; `rows` has the first of them. */
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface DeniedActor {
  readonly actor: string;
  readonly permission: string;
  readonly times: number;
  readonly instances: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface RecordedChange {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly resource: string | null;
  readonly instance: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** The sources of a report's facts. */
export interface ReportSources {
  readonly directory: Pick<AppDirectory, 'listMembers'>;
  readonly people: Pick<DirectoryPeople, 'among' | 'holding'>;
  readonly findPeople: FindPeople;
  readonly auditFacts: AuditFacts;
  readonly now: () => Date;
}
