import { catch as otherwise, enum as oneOf, literal, object, optional, type infer as Infer } from 'zod/mini';

/** What the URL says. Without a status: pending ones. `invite`: the sheet is open. An unknown value counts as none. */
export const InvitationsSearch = object({
  status: otherwise(optional(oneOf(['accepted', 'expired', 'revoked', 'all'])), undefined),
  invite: otherwise(optional(literal(true)), undefined),
});
export type InvitationsSearch = Infer<typeof InvitationsSearch>;

const pageSize = 50;

/** The input of `invitations.list`. */
export function listInput({ status }: Pick<InvitationsSearch, 'status'>) {
  return { limit: pageSize, status: status === 'all' ? undefined : (status ?? ('pending' as const)) };
}
