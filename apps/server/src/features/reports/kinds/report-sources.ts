import { z } from 'zod';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import type { DirectoryPeople } from '../../../auth/directory-person.ts';
import type { FindPeople } from '../../../auth/people.ts';

/** Days before now. The audit log keeps no event for longer than a year by default. */
export const auditPeriod = z.number().int().min(1).max(365).default(30);

/** The time that a report is about, and how many rows it takes at most. */
export interface PeriodRows {
  readonly since: Date;
  readonly until: Date;
  readonly limit: number;
}

/** What the audit log tells for a report. */
export interface AuditFacts {
  /** What gates denied, by who asked and for what; the most frequent first. */
  denials(tenant: string, period: PeriodRows): Promise<Found<DeniedActor>>;
  /** Changes, the newest first. */
  changes(tenant: string, period: PeriodRows): Promise<Found<RecordedChange>>;
}

interface Found<Row> {
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

/** Where the facts of a report come from. */
export interface ReportSources {
  readonly directory: Pick<PermitDirectory, 'listMembers'>;
  readonly people: Pick<DirectoryPeople, 'among' | 'holding'>;
  readonly findPeople: FindPeople;
  readonly auditFacts: AuditFacts;
  readonly now: () => Date;
}
