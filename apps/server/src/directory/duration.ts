import { z } from 'zod';

/** Seconds for which a role can be granted. */
export const durations = { min: 60, day: 86_400, week: 604_800, max: 366 * 86_400 };

/** Seconds; `null` for no end. */
export const Duration = z.number().int().min(durations.min).max(durations.max).nullable();
