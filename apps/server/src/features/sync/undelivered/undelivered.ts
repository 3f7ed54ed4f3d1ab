import { isPrivateAddress } from '@latchkey/directory-sync';
import { z } from 'zod';

/** Deliveries that Logto could not make since the last one that arrived. */
export const Undelivered = z.object({
  count: z.number(),
  /** When the first and the last of them failed according to Logto's log, in epoch milliseconds. */
  since: z.number(),
  lastAt: z.number(),
  /** The last HTTP status from the webhook's URL; null without a response. */
  status: z.number().nullable(),
  /** The webhook's URL, without components that may be secret. */
  address: z.string(),
});
export type Undelivered = z.output<typeof Undelivered>;

/**
 * Why Logto cannot deliver. `private-address`: Logto 1.43 and later sends nothing to loopback and private addresses.
 * `signature`: the server refuses the signature. `status`: the endpoint refuses for another reason.
 */
export type UndeliveredCause = 'private-address' | 'unreachable' | 'signature' | 'status';

export function causeOf({ status, address }: Undelivered): UndeliveredCause {
  if (status !== null) return status === 401 ? 'signature' : 'status';
  return isPrivateAddress(address) ? 'private-address' : 'unreachable';
}
