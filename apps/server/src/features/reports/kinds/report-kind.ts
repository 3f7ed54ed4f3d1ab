import type { AppPermission } from '@latchkey/policy';
import { z } from 'zod';
import type { HolderRow, ReadHolders, ReportedPerson } from './holders.ts';
import type { AppDirectory } from '../../../directory/decisions.ts';
import type { DirectoryPeople } from '../../../directory/directory-person.ts';
import type { FindPeople } from '../../../directory/people.ts';

export type Cell = string | number | null | readonly string[] | Readonly<Record<string, unknown>>;

/** The sources of a report, for one tenant and time. */
export interface TakeContext {
  readonly tenant: string;
  readonly sources: ReportSources;
  readonly holders: ReadHolders;
  /** Maximum rows. */
  readonly limit: number;
  readonly periodOf: (days: number) => PeriodRows;
}

/** The server side of a report kind. Each has its own file and is listed in kinds.ts. */
export interface ReportKindDefinition<Request, Row> {
  /** The permission required to create a report of this kind, in addition to `reports:create`. */
  readonly source: AppPermission;
  /** The parameters of reports of this kind. */
  readonly request: z.ZodType<Request>;
  readonly take: (context: TakeContext, request: Request) => Promise<FoundRows<Row>>;
  /** The columns of a file, in order. */
  readonly columns: readonly string[];
  readonly cellsOf: (row: Row) => Readonly<Record<string, Cell>>;
  /** The identity of a row across two reports. */
  readonly keyOf: (row: Row) => string;
  /** The compared value of a row. */
  readonly valueOf: (row: Row) => unknown;
}

export const personColumns = ['key', 'name', 'email', 'machine'] as const;

export function personCells({ key, name, email = null, isMachine = false }: HolderRow) {
  return { key, name, email, machine: isMachine ? 'yes' : null };
}

/** Days before now. The audit log retains events for a year by default. */
export const auditPeriod = z.number().int().min(1).max(365).default(30);

/** The period of a report, and its maximum number of rows. */
interface PeriodRows {
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

/** Members are read from the table; the names of others, who left or have no role, from Permit if it is available. */
export async function namesOf(
  { people, findPeople }: Pick<ReportSources, 'people' | 'findPeople'>,
  tenant: string,
  keys: readonly string[],
): Promise<(key: string) => ReportedPerson> {
  const wanted = [...new Set(keys)];
  const members = new Map((await people.among(tenant, wanted)).map((one) => [one.key, one]));
  const others = await findPeople(wanted.filter((key) => !members.has(key)));
  return (key) => members.get(key) ?? others.get(key) ?? { key, name: null };
}
