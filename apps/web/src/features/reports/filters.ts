import * as v from 'valibot';

const ReportStatus = v.picklist(['draft', 'published']);

// The search parameters of the URLs. An unknown value counts as no filter, because links outlive versions.

/** For the list of reports; `role` is the role that the person has on them. */
export const ReportsFilter = v.object({
  status: v.fallback(v.optional(ReportStatus), undefined),
  role: v.fallback(v.optional(v.picklist(['owner', 'editor', 'reader'])), undefined),
});
export type ReportsFilter = v.InferOutput<typeof ReportsFilter>;

/** For the people in a report; `role` is the key of a role. */
export const ReportFilter = v.object({ role: v.fallback(v.optional(v.string()), undefined) });
