import { z } from 'zod';
import type { Topic } from '../../bus/topic.ts';
import { StorableText } from '../../text-input.ts';
import { router, signedIn } from '../../trpc/trpc.ts';
import { addMarks, forgetMarks } from './mark-store.ts';
import { createNotificationReader, type ReaderDeps } from './notification-reader.ts';
import type { MarkChange } from './notifications-topic.ts';

const MarkInput = z.object({ ids: z.array(StorableText.min(1).max(200)).min(1).max(50) });
const MarkAllInput = z.object({ until: z.iso.datetime() });

export interface NotificationsRouterDeps extends ReaderDeps {
  readonly markChanges: Pick<Topic<MarkChange>, 'publish'>;
}

/** What happened to the caller's access, and what waits for them. It is about themselves: no permission is needed. */
export function createNotificationsRouter(deps: NotificationsRouterDeps) {
  const { db, now, markChanges } = deps;
  const reader = createNotificationReader(deps);
  const mark = async (
    { tenant, subject }: { readonly tenant: string; readonly subject: string },
    marks: { readonly ids: readonly string[]; readonly until: Date },
  ): Promise<void> => {
    await addMarks(db, { tenant, subject }, { ...marks, at: now() });
    await forgetMarks(db, reader.since());
    // Other tabs of theirs read again.
    markChanges.publish({ tenant, subject });
  };
  return router({
    /** At most 50, of the last 30 days. */
    list: signedIn.query(({ ctx }) => reader.list(ctx)),

    /** How many of them are not read. */
    unread: signedIn.query(({ ctx }) => reader.unread(ctx)),

    /** These are read. Ids that the caller has no notification of mark nothing. */
    markRead: signedIn.input(MarkInput).mutation(async ({ ctx: { identity }, input: { ids } }) => {
      await mark(identity, { ids, until: new Date(0) });
      return { marked: true };
    }),

    /** All until this time are read: those that the caller has seen, and none that came since. */
    markAllRead: signedIn.input(MarkAllInput).mutation(async ({ ctx: { identity }, input }) => {
      const until = new Date(Math.min(Date.parse(input.until), now().getTime()));
      await mark(identity, { ids: [], until });
      return { marked: true };
    }),
  });
}
