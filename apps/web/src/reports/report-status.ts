import * as z from 'zod/mini';

export const ReportStatus = z.enum(['draft', 'published']);
export type ReportStatus = z.infer<typeof ReportStatus>;
