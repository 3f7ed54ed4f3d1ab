import { isTRPCClientError } from '@trpc/client';
import * as z from 'zod/mini';

/** What the error `INVITATION_FOR_ANOTHER` says. */
const ForAnother = z.object({
  latchkey: z.object({
    code: z.literal('INVITATION_FOR_ANOTHER'),
    details: z.object({ invitee: z.string(), hasEmail: z.boolean() }),
  }),
});

/** To whom an invitation is addressed, masked, when that is somebody else; `null` for any other error. */
export function addressedTo(error: unknown): { readonly invitee: string; readonly hasEmail: boolean } | null {
  const parsed = isTRPCClientError(error) ? ForAnother.safeParse(error.data) : undefined;
  return parsed?.success === true ? parsed.data.latchkey.details : null;
}
