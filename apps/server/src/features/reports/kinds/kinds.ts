import { z } from 'zod';
import { AppError } from '../../../platform/app-error.ts';
import { accessReview } from './access-review.ts';
import { changes } from './changes.ts';
import { denials } from './denials.ts';
import { dormant } from './dormant.ts';
import {
  liveHolders,
  storedHolders,
  type Cell,
  type FoundRows,
  type HolderRow,
  type ReadHolders,
  type ReportKindDefinition,
  type ReportSources,
} from './report-kind.ts';
import { machines } from './machines.ts';

const definitions = { 'access-review': accessReview, machines, dormant, denials, changes };
type Definitions = typeof definitions;
export type ReportKind = keyof Definitions;
export type RequestOf<Kind extends ReportKind> = z.output<Definitions[Kind]['request']>;
export type RowOf = { readonly [Kind in ReportKind]: Parameters<Definitions[Kind]['keyOf']>[0] };
const kinds: {
  readonly [Kind in ReportKind]: ReportKindDefinition<Definitions[Kind]['request'], RowOf[Kind]>;
} = definitions;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
export const reportKinds = Object.keys(kinds) as [ReportKind, ...ReportKind[]];

type Request = Definitions[ReportKind]['request'];
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table above is not empty
const requests = Object.values(kinds).map(({ request }): Request => request) as [Request, ...Request[]];
export const ReportRequest = z.discriminatedUnion('kind', requests);
export type ReportRequest = z.output<typeof ReportRequest>;

/** Returns the permission that creating a report of this kind requires in addition to `reports:create`. */
export const sourceOf = (kind: ReportKind) => kinds[kind].source;

export type ContentOf<Kind extends ReportKind> = FoundRows<RowOf[Kind]> & {
  readonly version: 2;
  readonly kind: Kind;
  readonly request: RequestOf<Kind>;
  readonly generatedAt: string;
};

export type ReportContent = { readonly [Kind in ReportKind]: ContentOf<Kind> }[ReportKind];

/** The content of reports that were created before there were kinds. */
interface FirstContent {
  readonly generatedAt: string;
  readonly members: readonly HolderRow[];
}

export function readContent(stored: unknown): ReportContent {
  const content = stored as ReportContent | FirstContent; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only `createReadContent` writes it
  if ('version' in content) return content;
  const { generatedAt, members } = content;
  return {
    version: 2,
    kind: 'access-review',
    request: { kind: 'access-review', roles: [] },
    generatedAt,
    total: members.length,
    rows: members,
  };
}

const maxRows = 10_000;
const maxPreviewed = 5;
const day = 86_400_000;

type ReadContent = (tenant: string, request: ReportRequest) => Promise<ReportContent>;

export function createReadContent(sources: ReportSources): { snapshot: ReadContent; preview: ReadContent } {
  const readFrom =
    (holders: ReadHolders, limit: number): ReadContent =>
    async (tenant, request) => {
      const until = sources.now();
      const periodOf = (days: number) => ({ since: new Date(until.getTime() - days * day), until, limit });
      const found = await readRows(request.kind, request, { tenant, sources, holders, limit, periodOf });
      const content = { version: 2, generatedAt: until.toISOString(), kind: request.kind, request, ...found };
      return content as ReportContent; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the rows are of the request's kind
    };
  return {
    snapshot: readFrom(liveHolders(sources.directory), maxRows),
    // From the stored members: the form requests previews so often that it would overload Permit's API.
    preview: readFrom(storedHolders(sources.people), maxPreviewed),
  };
}

function readRows<Kind extends ReportKind>(
  kind: Kind,
  request: RequestOf<Kind>,
  context: Parameters<(typeof kinds)[Kind]['readRows']>[0],
) {
  return kinds[kind].readRows(context, request);
}

export interface ContentTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

export function contentTable<Kind extends ReportKind>({ kind, rows }: ContentOf<Kind>): ContentTable {
  const { columns, cellsOf } = kinds[kind];
  return { columns, rows: rows.map((row) => cellsOf(row)) };
}

/** The differences between two reports of the same kind. Rows are in the order of the report that contains them. */
export interface Differences<Row> {
  /** Rows that are only in the second report. */
  readonly added: readonly Row[];
  /** Rows that are only in the first report. */
  readonly removed: readonly Row[];
  readonly changed: readonly { readonly before: Row; readonly after: Row }[];
}

type ContentDifferences = {
  readonly [Kind in ReportKind]: { readonly kind: Kind } & Differences<RowOf[Kind]>;
}[ReportKind];

/** Compares two reports. @throws `REPORT_KINDS_DIFFER` */
export function compareContents(before: ReportContent, after: ReportContent): ContentDifferences {
  const { kind } = before;
  if (kind !== after.kind)
    throw new AppError('REPORT_KINDS_DIFFER', `A report of ${kind} and one of ${after.kind}.`);
  const differences = { kind, ...compareRows(kind, before.rows, after.rows) };
  return differences as ContentDifferences; // oxlint-disable-line typescript/no-unsafe-type-assertion -- both are of the kind
}

function compareRows<Kind extends ReportKind>(
  kind: Kind,
  before: readonly RowOf[Kind][],
  after: readonly RowOf[Kind][],
): Differences<RowOf[Kind]> {
  const { keyOf, valueOf } = kinds[kind];
  const earlier = new Map(before.map((row) => [keyOf(row), row]));
  const later = new Set(after.map((row) => keyOf(row)));
  return {
    added: after.filter((row) => !earlier.has(keyOf(row))),
    removed: before.filter((row) => !later.has(keyOf(row))),
    changed: after.flatMap((row) => {
      const same = earlier.get(keyOf(row));
      return same === undefined || JSON.stringify(valueOf(same)) === JSON.stringify(valueOf(row))
        ? []
        : [{ before: same, after: row }];
    }),
  };
}
