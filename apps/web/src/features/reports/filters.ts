import * as v from 'valibot';
import { roles } from '../../policy.ts';

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

export const kinds = ['access-review', 'machines', 'dormant', 'denials', 'changes'] as const;
export type Kind = (typeof kinds)[number];

/** Days that a report of a kind can be about; the first is chosen at first. Other kinds are about now. */
export const daysOf: Readonly<Partial<Record<Kind, readonly [number, ...number[]]>>> = {
  dormant: [90, 30, 60, 180, 365],
  denials: [30, 7, 90, 365],
  changes: [30, 7, 90, 365],
};

/** For the form of a new report: its kind, and what reports of this kind can be made with. */
export const NewReportSearch = v.object({
  kind: v.fallback(v.optional(v.picklist(kinds)), undefined),
  days: v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365))), undefined),
  roles: v.fallback(v.optional(v.array(v.picklist(roles))), undefined),
});
export type NewReportSearch = v.InferOutput<typeof NewReportSearch>;

/** The input of `reports.preview`, and of `reports.create` beside the title. */
export function requestOf({ kind = 'access-review', days, roles: chosen = [] }: NewReportSearch) {
  switch (kind) {
    case 'access-review':
      return { kind, roles: chosen };
    case 'machines':
      return { kind };
    default:
      return { kind, days: days ?? daysOf[kind]?.[0] };
  }
}

/** For the people in a report; `role` is the key of a role. */
export const ReportFilter = v.object({ role: v.fallback(v.optional(v.string()), undefined) });
