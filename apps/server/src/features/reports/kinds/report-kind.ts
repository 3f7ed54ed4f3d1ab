import type { Member } from '@latchkey/permissions/permit';
import type { AppPermission } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { AppDirectory } from '../../../directory/decisions.ts';
import type { DirectoryPeople } from '../../../directory/directory-person.ts';
import { isMachine, type FindPeople } from '../../../directory/people.ts';
import type { OwnerReader } from '../shares/read-owners.ts';

/** A user in a report, with the name they had when the report was created. */
export interface ReportedPerson {
  readonly key: string;
  readonly name: string | null;
  readonly email?: string | null;
  readonly isMachine?: boolean;
}

export interface HolderRow extends ReportedPerson {
  readonly roles: readonly string[];
}

/** Reads the role holders of a tenant, sorted by name. */
export type ReadHolders = (
  tenant: string,
  which: {
    /** Selects only holders of one of these roles. Empty: all role holders. */
    readonly roles: readonly string[];
    readonly onlyMachines: boolean;
    readonly limit: number;
  },
) => Promise<{ readonly total: number; readonly rows: readonly HolderRow[] }>;

/** Creates a function that reads role holders from Permit. @throws {PermitApiError} */
export function liveHolders(directory: Pick<AppDirectory, 'listMembers'>): ReadHolders {
  return async (tenant, { roles, onlyMachines, limit }) => {
    const holders = (await directory.listMembers(tenant))
      .map(holderRow)
      .filter((one) => roles.length === 0 || roles.some((role) => one.roles.includes(role)))
      .filter((one) => !onlyMachines || one.isMachine === true)
      .toSorted((one, other) => shownNameOf(one).localeCompare(shownNameOf(other)));
    return { total: holders.length, rows: holders.slice(0, limit) };
  };
}

/** Creates a function that reads role holders from the table of members. */
export function storedHolders(people: Pick<DirectoryPeople, 'holders'>): ReadHolders {
  return async (tenant, { roles, onlyMachines, limit }) => {
    const found = await people.holders(tenant, {
      roles: roles.length === 0 ? 'any' : roles,
      onlyMachines,
      limit,
    });
    return { total: found.total, rows: found.people };
  };
}

/** Converts a member to a row. Omits the attributes, which can contain any data and which only Permit needs. */
function holderRow({ attributes, ...member }: Member): HolderRow {
  return {
    ...member,
    ...(isMachine({ email: member.email, attributes }) && { isMachine: true }),
  };
}

function shownNameOf({ name, email, key }: HolderRow): string {
  return name ?? email ?? key;
}

export type Cell = string | number | null | readonly string[] | Readonly<Record<string, unknown>>;

export interface KindContext {
  readonly tenant: string;
  readonly sources: ReportSources;
  readonly holders: ReadHolders;
  readonly limit: number;
  readonly periodOf: (days: number) => PeriodRows;
}

/** The server side of a report kind. Each kind has its own file and is listed in kinds.ts. */
export interface ReportKindDefinition<
  Request extends z.ZodObject<{ readonly kind: z.ZodLiteral<string> }>,
  Row,
> {
  /** The permission required to create a report of this kind, in addition to `reports:create`. */
  readonly source: AppPermission;
  readonly request: Request;
  readonly readRows: (context: KindContext, request: z.output<Request>) => Promise<FoundRows<Row>>;
  /** The columns of an exported file, in order. */
  readonly columns: readonly string[];
  readonly cellsOf: (row: Row) => Readonly<Record<string, Cell>>;
  /** The identity of a row across two reports. */
  readonly keyOf: (row: Row) => string;
  /** The value by which rows with the same identity are compared. */
  readonly valueOf: (row: Row) => unknown;
}

export const personColumns = ['key', 'name', 'email', 'machine'] as const;

export function personCells({ key, name, email = null, isMachine = false }: HolderRow) {
  return { key, name, email, machine: isMachine ? 'yes' : null };
}

/** The number of past days that a report covers. By default, the audit log retains events for a year. */
export const auditPeriod = z.number().int().min(1).max(365).default(30);

interface PeriodRows {
  readonly since: Date;
  readonly until: Date;
  readonly limit: number;
}

export interface AuditFacts {
  /** Returns denials by gates, grouped by user and permission, with the most frequent first. */
  denials(tenant: string, period: PeriodRows): Promise<FoundRows<DeniedActor>>;
  /** Returns changes, newest first. */
  changes(tenant: string, period: PeriodRows): Promise<FoundRows<RecordedChange>>;
}

export interface FoundRows<Row> {
  /** The total number of rows. `rows` may contain only the first of them. */
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

export interface ReportSources {
  readonly db: NodePgDatabase;
  readonly owners: OwnerReader;
  readonly directory: Pick<AppDirectory, 'listMembers'>;
  readonly people: Pick<DirectoryPeople, 'among' | 'holders'>;
  readonly findPeople: FindPeople;
  readonly auditFacts: AuditFacts;
  readonly now: () => Date;
}

export interface NameReaders {
  readonly people: Pick<DirectoryPeople, 'among'>;
  readonly findPeople: FindPeople;
}

/** Finds users by key: members in the table; others, who have left or have no role, in Permit if it is available. */
export async function namesOf(
  { people, findPeople }: NameReaders,
  tenant: string,
  keys: readonly string[],
): Promise<(key: string) => ReportedPerson> {
  const wanted = [...new Set(keys)];
  const members = new Map((await people.among(tenant, wanted)).map((one) => [one.key, one]));
  const others = await findPeople(wanted.filter((key) => !members.has(key)));
  return (key) => members.get(key) ?? others.get(key) ?? { key, name: null };
}
