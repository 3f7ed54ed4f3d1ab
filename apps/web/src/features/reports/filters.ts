import { catch as otherwise, enum as oneOf, object, optional, string, type infer as Infer } from 'zod/mini';

const ReportStatus = oneOf(['draft', 'published']);

// The search parameters of the URLs. An unknown value counts as no filter, because links outlive versions.

/** For the list of reports; `role` is the role that the person has on them. */
export const ReportsFilter = object({
  status: otherwise(optional(ReportStatus), undefined),
  role: otherwise(optional(oneOf(['owner', 'editor', 'reader'])), undefined),
});
export type ReportsFilter = Infer<typeof ReportsFilter>;

/** For the people in a report; `role` is the key of a role. */
export const ReportFilter = object({ role: otherwise(optional(string()), undefined) });
