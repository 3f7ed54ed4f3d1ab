import { z } from 'zod';

/** The response data of every variant, so that variants differ only in how they produce it. */
export const benchReports = [
  { id: 'r0', title: 'Who holds which role', status: 'published' },
  { id: 'r1', title: 'What was denied in June', status: 'draft' },
  { id: 'r2', title: 'Changes of the quarter', status: 'published' },
];

export const ReportId = z.object({ id: z.string() });

export function benchReport(id: string) {
  return { id, title: 'Who holds which role', status: 'published' };
}
