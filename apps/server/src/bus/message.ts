import { z } from 'zod';

/** What replicas tell one another. Whoever adds a kind says here what a replica that missed it must assume. */
export const Message = z.discriminatedUnion('kind', [
  /** Facts or policy changed; nothing named is everything. Missed: everything changed. */
  z.object({
    kind: z.literal('invalidated'),
    subject: z.string().optional(),
    tenant: z.string().optional(),
    instance: z.string().optional(),
  }),
  /** A user was suspended or deleted in Logto, or is back. Missed: any of them, so the list is read again. */
  z.object({ kind: z.literal('account-status'), subject: z.string(), revoked: z.boolean() }),
  /** Directory sync was paused or resumed. Missed: looked up before work is taken. */
  z.object({ kind: z.literal('sync-paused'), paused: z.boolean() }),
  /** A run of directory sync got on. Missed: the next one comes within a second. */
  z.object({ kind: z.literal('sync-run'), id: z.string() }),
]);
export type Message = z.output<typeof Message>;
