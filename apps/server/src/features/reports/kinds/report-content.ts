import type { ReportKind, ReportRequest } from './report-kinds.ts';

/** Somebody in a report, as they were called when it was made. */
export interface ReportedPerson {
  /** The key in Permit. */
  readonly key: string;
  readonly name: string | null;
  readonly email?: string | null;
  readonly isMachine?: boolean;
}

/** Somebody and the roles that they hold in the organization. */
export interface HolderRow extends ReportedPerson {
  readonly roles: readonly string[];
}

export interface MachineRow extends HolderRow {
  /** What the roles grant, by the policy of this moment. */
  readonly permissions: readonly string[];
}

/** Times are ISO 8601. */
export interface DormantRow extends HolderRow {
  /** `null`: never, or not known. */
  readonly lastSignInAt: string | null;
}

/** What somebody was denied, together. */
export interface DenialRow extends ReportedPerson {
  readonly permission: string;
  readonly times: number;
  /** On how many reports and the like; 0: on none in particular. */
  readonly instances: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** An event of the audit log. */
export interface ChangeRow {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  /** `null`: the server itself. */
  readonly actor: ReportedPerson | null;
  readonly subject: ReportedPerson | null;
  readonly resource: string | null;
  readonly instance: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

interface RowOf {
  'access-review': HolderRow;
  machines: MachineRow;
  dormant: DormantRow;
  denials: DenialRow;
  changes: ChangeRow;
}

export interface RowsOf<Kind extends ReportKind> {
  /** How many there were; `rows` has the first of them. */
  readonly total: number;
  readonly rows: readonly RowOf[Kind][];
}

type ContentOf<Kind extends ReportKind> = RowsOf<Kind> & {
  readonly version: 2;
  readonly kind: Kind;
  /** What it was made with. */
  readonly request: Extract<ReportRequest, { readonly kind: Kind }>;
  readonly generatedAt: string;
};

/** What a report says: the facts of one moment. */
export type ReportContent = { readonly [Kind in ReportKind]: ContentOf<Kind> }[ReportKind];

/** Reports were like this before there were kinds. */
interface FirstContent {
  readonly generatedAt: string;
  readonly members: readonly HolderRow[];
}

export type StoredContent = ReportContent | FirstContent;

/** Rows that a report has at most. */
export const mostRows = 10_000;

export function readContent(stored: StoredContent): ReportContent {
  if ('version' in stored) return stored;
  const { generatedAt, members } = stored;
  return {
    version: 2,
    kind: 'access-review',
    request: { kind: 'access-review', roles: [] },
    generatedAt,
    total: members.length,
    rows: members,
  };
}
