import type { LogtoInvitation } from '@latchkey/directory-sync';
import { z } from 'zod';
import { statusOf } from './invitation-views.ts';

export const maxEmails = 20;

/** Days until an invitation expires. */
export const lifetimes = { choices: [1, 7, 30], default: 7, max: 90 } as const;

/** Logto ids have at most 128 characters. */
const LogtoId = z
  .string()
  .regex(/^[\w-]+$/)
  .max(128);

export const InvitationRef = z.object({ id: LogtoId });

export const CreateInput = z.object({
  /** Each address is validated separately, because each has its own outcome. */
  emails: z.array(z.string().max(256)).min(1).max(maxEmails),
  /** `null` to invite without a role. */
  roleId: LogtoId.nullable().default(null),
  days: z.number().int().min(1).max(lifetimes.max).default(lifetimes.default),
});
export type CreateInput = z.output<typeof CreateInput>;

export const ListInput = z.object({
  status: z.enum(['pending', 'accepted', 'expired', 'revoked']).optional(),
  /** The position of the last invitation on the previous page. */
  cursor: z.object({ createdAt: z.number(), id: LogtoId }).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

/** Logto itself does not paginate invitations. */
export function pageOf(
  all: readonly LogtoInvitation[],
  { status, cursor, limit }: z.output<typeof ListInput>,
) {
  const sorted = all
    .filter((one) => status === undefined || statusOf(one) === status)
    .toSorted((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1));
  const isAfter = ({ createdAt, id }: LogtoInvitation): boolean =>
    cursor === undefined ||
    createdAt < cursor.createdAt ||
    (createdAt === cursor.createdAt && id > cursor.id);
  const rest = sorted.filter(isAfter);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    page,
    nextCursor:
      last === undefined || rest.length <= limit ? null : { createdAt: last.createdAt, id: last.id },
  };
}
