import { z } from 'zod';
import { shareRoles } from '../../auth/shared-resources.ts';
import { StorableText } from '../../text-input.ts';
import { classifications } from './tables.ts';
import { reportKinds, ReportRequest } from './kinds/kinds.ts';

/** The longest title of a report. */
const mostOfTitle = 120;

export const ReportRef = z.object({ id: z.uuid() });

/** Which reports, among those that the caller may read. */
export const ReportFilter = z.object({
  status: z.enum(['draft', 'published']).optional(),
  kind: z.enum(reportKinds).optional(),
  classification: z.enum(classifications).optional(),
  /** Only reports on which the caller has this role, from a collection too. */
  role: z.enum(shareRoles).optional(),
  /** Only reports in this collection. One that the caller may not view has none for them. */
  collection: z.uuid().optional(),
  /** A part of the title. */
  search: StorableText.trim().max(mostOfTitle).optional(),
});
export type ReportFilter = z.output<typeof ReportFilter>;

/** The newest or the oldest first; by title from A to Z, or from Z to A. */
export const reportOrders = ['newest', 'oldest', 'title', 'title-desc'] as const;

/** Which reports, and in which order. */
export const SortedFilter = ReportFilter.extend({ sort: z.enum(reportOrders).default('newest') });
export type SortedFilter = z.output<typeof SortedFilter>;

export const ListInput = SortedFilter.extend({
  /** The last report of the page before. */
  cursor: z
    .object({ createdAt: z.iso.datetime(), title: StorableText.max(mostOfTitle), id: z.uuid() })
    .optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

export const TitleInput = z.object({ title: StorableText.trim().min(1).max(mostOfTitle) });

export const CompareInput = z.object({ before: z.uuid(), after: z.uuid() });

export const ClassifyInput = z.object({ classification: z.enum(classifications) });

/** The gate of a new report: of which kind. Absent: of any. */
export const KindRef = z.object({ kind: z.enum(reportKinds).optional() }).prefault({});

export const CreateInput = ReportRequest.and(TitleInput);
