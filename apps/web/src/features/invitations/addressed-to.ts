import { isTRPCClientError } from '@trpc/client';
import * as v from 'valibot';

/** What the error `INVITATION_FOR_ANOTHER` says. */
const ForAnother = v.object({
  latchkey: v.object({
    code: v.literal('INVITATION_FOR_ANOTHER'),
    details: v.object({ invitee: v.string(), hasEmail: v.boolean() }),
  }),
});

/** To whom an invitation is addressed, masked, when that is somebody else; `null` for any other error. */
export function addressedTo(error: unknown): { readonly invitee: string; readonly hasEmail: boolean } | null {
  const parsed = isTRPCClientError(error) ? v.safeParse(ForAnother, error.data) : undefined;
  return parsed?.success === true ? parsed.output.latchkey.details : null;
}
