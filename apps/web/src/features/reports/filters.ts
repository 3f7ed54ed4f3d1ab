import * as v from 'valibot';

export const statuses = ['draft', 'published'] as const;
export const classifications = ['confidential'] as const;
export const shareRoles = ['owner', 'editor', 'reader'] as const;
/** The default order, newest first, is not in the URL. */
export const sorts = ['oldest', 'title', 'title-desc'] as const;

// Search parameters. An unknown value is ignored, because links outlive versions.

const text = v.fallback(v.optional(v.string()), undefined);

/** `role` is the user's role on the reports. */
export const ReportsFilter = v.object({
  search: text,
  status: v.fallback(v.optional(v.picklist(statuses)), undefined),
  role: v.fallback(v.optional(v.picklist(shareRoles)), undefined),
  classification: v.fallback(v.optional(v.picklist(classifications)), undefined),
  owner: v.fallback(v.optional(v.literal('none')), undefined),
  sort: v.fallback(v.optional(v.picklist(sorts)), undefined),
});
export type ReportsFilter = v.InferOutput<typeof ReportsFilter>;

export const maxSearchLength = 120;

export function collectionsInput({ search }: ReportsFilter) {
  return { search: search?.trim().slice(0, maxSearchLength) || undefined };
}

export function countsInput(filter: ReportsFilter, collection?: string) {
  const { status, role, classification, owner } = filter;
  return { status, role, classification, owner, collection, ...collectionsInput(filter) };
}

export function listInput(filter: ReportsFilter, collection?: string) {
  return { ...countsInput(filter, collection), sort: filter.sort };
}

export function isFiltered(filter: ReportsFilter): boolean {
  return Object.values(countsInput(filter)).some((one) => one !== undefined);
}

export const NewReportSearch = v.object({
  kind: text,
  days: v.fallback(v.optional(v.picklist([7, 30, 60, 90, 180, 365])), undefined),
  /** Role keys, separated by commas. */
  roles: text,
});
export type NewReportSearch = v.InferOutput<typeof NewReportSearch>;

export const CompareSearch = v.object({
  before: text,
  after: text,
});

/** For the users in a report; `role` is a role key. */
export const ReportFilter = v.object({ role: text });
