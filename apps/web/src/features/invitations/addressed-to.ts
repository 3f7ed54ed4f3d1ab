import { isTRPCClientError } from '@trpc/client';
import * as v from 'valibot';

/** The details of the error `INVITATION_FOR_ANOTHER`. */
const ForAnother = v.object({
  latchkey: v.object({
    code: v.literal('INVITATION_FOR_ANOTHER'),
    details: v.object({ invitee: v.string(), hasEmail: v.boolean() }),
  }),
});

/** The masked address of an invitation for another user; `null` for any other error. */
export function addressedTo(error: unknown): { readonly invitee: string; readonly hasEmail: boolean } | null {
  const parsed = isTRPCClientError(error) ? v.safeParse(ForAnother, error.data) : undefined;
  return parsed?.success === true ? parsed.output.latchkey.details : null;
}
