import { catch as otherwise, enum as oneOf, object, optional, string, type infer as Infer } from 'zod/mini';

const ReportStatus = oneOf(['draft', 'published']);
export type ReportStatus = Infer<typeof ReportStatus>;

// The search parameters of the URLs. An unknown value counts as no filter, because links outlive versions.

/** For the list of reports. */
export const ReportsFilter = object({ status: otherwise(optional(ReportStatus), undefined) });

/** For the people in a report; `role` is the key of a role. */
export const ReportFilter = object({ role: otherwise(optional(string()), undefined) });
