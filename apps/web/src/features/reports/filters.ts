import { catch as otherwise, enum as oneOf, object, optional, string, type infer as Infer } from 'zod/mini';

const ReportStatus = oneOf(['draft', 'published']);
export type ReportStatus = Infer<typeof ReportStatus>;

// What stands in the address. A filter that nobody knows is no filter: links outlive versions.

/** Of the list of reports. */
export const ReportsFilter = object({ status: otherwise(optional(ReportStatus), undefined) });

/** Of the people in a report: the key of a role. */
export const ReportFilter = object({ role: otherwise(optional(string()), undefined) });
