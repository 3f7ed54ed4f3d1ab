import * as v from 'valibot';

export const statuses = ['draft', 'published'] as const;
export const classifications = ['confidential'] as const;
export const shareRoles = ['owner', 'editor', 'reader'] as const;
/** Beside "the newest first", which the URL does not name. */
export const sorts = ['oldest', 'title', 'title-desc'] as const;

// The search parameters of the URLs. An unknown value counts as none, because links outlive versions.

const text = v.fallback(v.optional(v.string()), undefined);

/** For the list of reports; `role` is the role that the person has on them. */
export const ReportsFilter = v.object({
  search: text,
  status: v.fallback(v.optional(v.picklist(statuses)), undefined),
  role: v.fallback(v.optional(v.picklist(shareRoles)), undefined),
  classification: v.fallback(v.optional(v.picklist(classifications)), undefined),
  /** The id of a collection. */
  collection: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  sort: v.fallback(v.optional(v.picklist(sorts)), undefined),
});
export type ReportsFilter = v.InferOutput<typeof ReportsFilter>;

/** Characters that the server searches for. */
export const longestSearch = 120;

/** The input of `reports.counts`. */
export function countsInput({ search, status, role, classification, collection }: ReportsFilter) {
  const text = search?.trim().slice(0, longestSearch);
  return { status, role, classification, collection, search: text === '' ? undefined : text };
}

/** The input of `reports.list`. */
export function listInput(filter: ReportsFilter) {
  return { ...countsInput(filter), sort: filter.sort };
}

/** Whether the filter leaves any report out. */
export function isFiltered(filter: ReportsFilter): boolean {
  return Object.values(countsInput(filter)).some((one) => one !== undefined);
}

/** For the form of a new report: its kind, and what reports of this kind can be made with. */
export const NewReportSearch = v.object({
  kind: text,
  days: v.fallback(v.optional(v.picklist([7, 30, 60, 90, 180, 365])), undefined),
  /** Keys of roles, with commas between them. */
  roles: text,
});
export type NewReportSearch = v.InferOutput<typeof NewReportSearch>;

/** For two reports of a kind: the ids. */
export const CompareSearch = v.object({
  before: text,
  after: text,
});

/** For the people in a report; `role` is the key of a role. */
export const ReportFilter = v.object({ role: text });
