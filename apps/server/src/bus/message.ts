import { z } from 'zod';

/** What replicas tell one another. Whoever adds a kind says here what a replica that missed it must assume. */
export const Message = z.discriminatedUnion('kind', [
  /** Facts or policy changed; nothing named is everything. Missed: everything changed. */
  z.object({
    kind: z.literal('touched'),
    subject: z.string().optional(),
    tenant: z.string().optional(),
    instance: z.string().optional(),
  }),
]);
export type Message = z.output<typeof Message>;
