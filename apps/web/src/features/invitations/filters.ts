import * as v from 'valibot';

/** The search parameters. Default status: pending. `invite` opens the sheet. Unknown values are ignored. */
export const InvitationsSearch = v.object({
  status: v.fallback(v.optional(v.picklist(['accepted', 'expired', 'revoked', 'all'])), undefined),
  invite: v.fallback(v.optional(v.literal(true)), undefined),
});
export type InvitationsSearch = v.InferOutput<typeof InvitationsSearch>;

const pageSize = 50;

export function listInput({ status }: Pick<InvitationsSearch, 'status'>) {
  return { limit: pageSize, status: status === 'all' ? undefined : (status ?? ('pending' as const)) };
}
