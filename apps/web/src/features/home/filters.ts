import * as v from 'valibot';

/** The periods of the page of roles that end soon, in days. */
export const endPeriods = [7, 14, 30] as const;
export const defaultDays = 14;

/** The filter in the URL. An unknown value is ignored. */
export const EndsFilter = v.object({
  days: v.fallback(v.optional(v.picklist(endPeriods)), undefined),
});
