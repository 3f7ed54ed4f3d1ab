import * as v from 'valibot';

export const statuses = ['draft', 'published'] as const;
export const shareRoles = ['owner', 'editor', 'reader'] as const;
/** Beside "the newest first", which the URL does not name. */
export const sorts = ['oldest', 'title', 'title-desc'] as const;

// The search parameters of the URLs. An unknown value counts as none, because links outlive versions.

/** For the list of reports; `role` is the role that the person has on them. */
export const ReportsFilter = v.object({
  search: v.fallback(v.optional(v.string()), undefined),
  status: v.fallback(v.optional(v.picklist(statuses)), undefined),
  role: v.fallback(v.optional(v.picklist(shareRoles)), undefined),
  /** The id of a collection. */
  collection: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  sort: v.fallback(v.optional(v.picklist(sorts)), undefined),
});
export type ReportsFilter = v.InferOutput<typeof ReportsFilter>;

/** Characters that the server searches for. */
export const longestSearch = 120;

/** The input of `reports.counts`. */
export function countsInput({ search, status, role, collection }: ReportsFilter) {
  const text = search?.trim().slice(0, longestSearch);
  return { status, role, collection, search: text === '' ? undefined : text };
}

/** The input of `reports.list`. */
export function listInput(filter: ReportsFilter) {
  return { ...countsInput(filter), sort: filter.sort };
}

/** Whether the filter leaves any report out. */
export function isFiltered(filter: ReportsFilter): boolean {
  return Object.values(countsInput(filter)).some((one) => one !== undefined);
}

/** For the people in a report; `role` is the key of a role. */
export const ReportFilter = v.object({ role: v.fallback(v.optional(v.string()), undefined) });
