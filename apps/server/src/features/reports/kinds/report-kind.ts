import type { AppPermission } from '@latchkey/policy';
import type { z } from 'zod';
import type { HolderRow, ReadHolders } from './holders.ts';
import type { PeriodRows, ReportSources } from './report-sources.ts';

export type Cell = string | number | null | readonly string[] | Readonly<Record<string, unknown>>;

export interface FoundRows<Row> {
  /** How many there were; `rows` has the first of them. */
  readonly total: number;
  readonly rows: readonly Row[];
}

/** What a report is made from: the sources, for one tenant at one moment. */
export interface TakeContext {
  readonly tenant: string;
  readonly sources: ReportSources;
  readonly holders: ReadHolders;
  /** Rows at most. */
  readonly limit: number;
  readonly periodOf: (days: number) => PeriodRows;
}

/** A kind of report, on the server. Each has a file of its own, and is listed in kinds.ts. */
export interface ReportKindDefinition<Request, Row> {
  /** Who makes a report of this kind may see what it is made from, beside `reports:create`. */
  readonly source: AppPermission;
  /** What reports of this kind can be made with. */
  readonly request: z.ZodType<Request>;
  readonly take: (context: TakeContext, request: Request) => Promise<FoundRows<Row>>;
  /** The columns of a file with the rows, in order. */
  readonly columns: readonly string[];
  readonly cellsOf: (row: Row) => Readonly<Record<string, Cell>>;
  /** What makes rows of two reports the same one. */
  readonly keyOf: (row: Row) => string;
  /** What of a row is compared. */
  readonly valueOf: (row: Row) => unknown;
}

export const personColumns = ['key', 'name', 'email', 'machine'] as const;

export function personCells({ key, name, email = null, isMachine = false }: HolderRow) {
  return { key, name, email, machine: isMachine ? 'yes' : null };
}
