import { z } from 'zod';
import type { Topic } from '../../platform/bus/topic.ts';
import { StorableText } from '../../platform/text-input.ts';
import { router, signedIn } from '../../platform/trpc/trpc.ts';
import { addMarks, forgetMarks } from './mark-store.ts';
import { createNotificationReader, type ReaderDeps } from './notification-reader.ts';
import type { MarkChange } from './notification.ts';

const MarkInput = z.object({ ids: z.array(StorableText.min(1).max(200)).min(1).max(50) });
const MarkAllInput = z.object({ until: z.iso.datetime() });

export interface NotificationsRouterDeps extends ReaderDeps {
  readonly markChanges: Pick<Topic<MarkChange>, 'publish'>;
}

/** No permission is required, because notifications concern only the caller. */
export function createNotificationsRouter(deps: NotificationsRouterDeps) {
  const { db, now, markChanges } = deps;
  const reader = createNotificationReader(deps);
  const mark = async (
    { tenant, subject }: { readonly tenant: string; readonly subject: string },
    marks: { readonly ids: readonly string[]; readonly until: Date },
  ): Promise<void> => {
    await addMarks(db, { tenant, subject }, { ...marks, at: now() });
    await forgetMarks(db, reader.since());
    // Makes the user's other tabs fetch their notifications again.
    markChanges.publish({ tenant, subject });
  };
  return router({
    /** Lists at most 50 notifications of the last 30 days. */
    list: signedIn.query(({ ctx }) => reader.list(ctx)),

    unread: signedIn.query(({ ctx }) => reader.unread(ctx)),

    /** Marks these notifications as read. Ignores ids of other users' notifications. */
    markRead: signedIn.input(MarkInput).mutation(async ({ ctx: { identity }, input: { ids } }) => {
      await mark(identity, { ids, until: new Date(0) });
      return { marked: true };
    }),

    /** Leaves later notifications unread, because the user has not seen them yet. */
    markAllRead: signedIn.input(MarkAllInput).mutation(async ({ ctx: { identity }, input }) => {
      const until = new Date(Math.min(Date.parse(input.until), now().getTime()));
      await mark(identity, { ids: [], until });
      return { marked: true };
    }),
  });
}
