import { permissionsOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { Duration } from '../../directory/duration.ts';
import { RowId, StorableText } from '../../platform/text-input.ts';
import type { RequestWithGrant } from './request-store.ts';
import { Target } from './target.ts';

export const Text = StorableText.trim().min(1).max(1_000);

export const TargetInput = z.object({
  target: Target,
  /** The permission that the caller was denied, if any. Approvers see it. */
  permission: z.enum(permissionsOf(policy)).optional(),
  /** The id of the report or the collection on which they were denied it. */
  on: RowId.optional(),
});
export const CreateInput = TargetInput.extend({
  reason: Text,
  /** Seconds; `null` for no end. */
  duration: Duration,
});
export const RequestRef = z.object({ id: RowId });
export const PageInput = z.object({
  status: z.enum(['open', 'approved', 'refused', 'withdrawn']).optional(),
  cursor: z.object({ createdAt: z.iso.datetime(), id: RowId }).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

export const EndingInput = z.object({
  /** Only roles that end within this many days. */
  days: z.number().int().min(1).max(366).default(14),
  /** The number of roles before the page. */
  cursor: z.number().int().min(0).max(1_000_000).default(0),
  limit: z.number().int().min(1).max(100).default(50),
});

/**
 * `requester`: lists only this user's requests. `decidable`: lists only requests that the caller can decide.
 * `withMeaning`: adds what each open request would grant.
 */
export const ListInput = PageInput.extend({
  requester: StorableText.max(300).optional(),
  decidable: z.boolean().default(false),
  withMeaning: z.boolean().default(false),
});

type PageInput = z.output<typeof PageInput>;

export function pageOf({ status, cursor, limit }: PageInput) {
  return {
    status,
    limit,
    after: cursor && { createdAt: new Date(cursor.createdAt), id: cursor.id },
  };
}

export function cursorAfter(page: readonly RequestWithGrant[], { limit }: PageInput) {
  const last = page.at(-1);
  return last === undefined || page.length < limit
    ? null
    : { createdAt: last.createdAt.toISOString(), id: last.id };
}

/** Whether a duration exceeds a limit; `null` is an unlimited duration, or no limit. */
export function isLonger(duration: number | null, limit: number | null): boolean {
  return limit !== null && (duration === null || duration > limit);
}
