import type { AppPermission } from '@latchkey/policy';
import type { z } from 'zod';
import type { HolderRow, ReadHolders } from './holders.ts';
import type { FoundRows, PeriodRows, ReportSources } from './report-sources.ts';

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
