import * as v from 'valibot';

export const periods = ['hour', 'day', 'week', 'month'] as const;

/** In an order in which chips wrap at the same places with the fallback font, to avoid a layout shift. */
export const shownOutcomes = ['allowed', 'denied', 'changes', 'unavailable'] as const;

const time = v.fallback(v.optional(v.string()), undefined);

/** The filter in the URL. Without a period: the last day. An unknown value is ignored. */
export const AuditFilter = v.object({
  period: v.fallback(v.optional(v.picklist(periods)), undefined),
  /** A selected interval of the chart: ISO 8601. It replaces the period. */
  from: time,
  to: time,
  show: v.fallback(v.optional(v.picklist(shownOutcomes)), undefined),
  /** The key of the user or machine. */
  person: v.fallback(v.optional(v.string()), undefined),
  /** A permission, or a kind of change. */
  action: v.fallback(v.optional(v.string()), undefined),
  /** The id of a report. */
  on: v.fallback(v.optional(v.string()), undefined),
});
export type AuditFilter = v.InferOutput<typeof AuditFilter>;
