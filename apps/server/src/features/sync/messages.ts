import { z } from 'zod';

/** Directory sync was paused or resumed. After a gap, the stored state is read. */
export const pauseTopic = { name: 'sync-paused', schema: z.object({ paused: z.boolean() }) };

/** A run has new progress or has ended. After a gap, the run is read again. */
export const runTopic = { name: 'sync-run', schema: z.object({ id: z.string() }) };
