import { z } from 'zod';

const MarkChange = z.object({ tenant: z.string(), subject: z.string() });
/** A user has read notifications. */
export type MarkChange = z.output<typeof MarkChange>;

export const marksTopic = { name: 'notification-marks', schema: MarkChange };
