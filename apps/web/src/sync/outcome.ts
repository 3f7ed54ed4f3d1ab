import * as z from 'zod/mini';

const Outcome = z.union([
  z.object({ kind: z.literal('ignored'), because: z.string() }),
  z.object({ kind: z.literal('error'), reason: z.string() }),
]);

/** Why a delivery was ignored, or why its last attempt failed; `null` when there is nothing to say, or nothing known. */
export function outcomeOf(outcome: unknown): z.infer<typeof Outcome> | null {
  return Outcome.safeParse(outcome).data ?? null;
}
