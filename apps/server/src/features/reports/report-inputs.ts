import { z } from 'zod';
import { shareRoles } from '../../directory/shared-resources.ts';
import { RowId, StorableText } from '../../platform/text-input.ts';
import { classifications } from './tables.ts';
import { reportKinds, ReportRequest } from './kinds/kinds.ts';

const maxTitleLength = 120;

export const ReportRef = z.object({ id: RowId });

export const ReportFilter = z.object({
  status: z.enum(['draft', 'published']).optional(),
  kind: z.enum(reportKinds).optional(),
  classification: z.enum(classifications).optional(),
  /** Selects only reports on which the caller has this role, including through a collection. */
  role: z.enum(shareRoles).optional(),
  /** Selects only reports without an owner. */
  owner: z.literal('none').optional(),
  /** Selects only reports in this collection; none if the caller may not view it. */
  collection: RowId.optional(),
  search: StorableText.trim().max(maxTitleLength).optional(),
});
export type ReportFilter = z.output<typeof ReportFilter>;

export const reportOrders = ['newest', 'oldest', 'title', 'title-desc'] as const;

export const SortedFilter = ReportFilter.extend({ sort: z.enum(reportOrders).default('newest') });
export type SortedFilter = z.output<typeof SortedFilter>;

export const ListInput = SortedFilter.extend({
  cursor: z
    .object({ createdAt: z.iso.datetime(), title: StorableText.max(maxTitleLength), id: RowId })
    .optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

export const TitleInput = z.object({ title: StorableText.trim().min(1).max(maxTitleLength) });

export const CompareInput = z.object({ before: RowId, after: RowId });

export const ClassifyInput = z.object({ classification: z.enum(classifications) });

/** The kind of a new report, for the gate of `reports.create`. Absent: any kind. */
export const KindRef = z.object({ kind: z.enum(reportKinds).optional() }).prefault({});

export const CreateInput = ReportRequest.and(TitleInput);
