import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import type { Notification } from '../features/home/notification-list.tsx';
import { fail, type StubProcedures } from './stub-procedures.ts';

export interface StubHome {
  /** The same for all users, newest first. */
  notifications: readonly Notification[];
  denials: Outputs['home']['denials'];
  /** Whether denials cannot be read. */
  hasFailed: boolean;
}

export function createStubHome(): StubHome {
  return { notifications: [], denials: [], hasFailed: false };
}

export function stubNotification(more: Partial<Notification>): Notification {
  return {
    id: 'n-1',
    kind: 'role-given',
    at: '2026-11-24T09:00:00.000Z',
    isRead: false,
    roles: ['editor'],
    on: null,
    by: { key: 'u-admin', name: 'Amelia Hart' },
    request: null,
    endsAt: null,
    ...more,
  };
}

/** The procedures of notifications and of the home page. */
export function stubHomeProcedures({ signedIn, gated }: StubProcedures, home: StubHome) {
  const read = (isNow: (one: Notification) => boolean): object => {
    home.notifications = home.notifications.map((one) => ({ ...one, isRead: one.isRead || isNow(one) }));
    return { marked: true };
  };
  return {
    home: {
      denials: signedIn.query(() => {
        if (home.hasFailed) throw fail({ status: 'INTERNAL_SERVER_ERROR', code: 'INTERNAL_SERVER_ERROR' });
        return home.denials;
      }),
    },
    notifications: {
      list: gated.query((): readonly object[] => home.notifications),
      unread: gated.query(() => home.notifications.filter(({ isRead }) => !isRead).length),
      markRead: signedIn
        .input(z.object({ ids: z.array(z.string()) }))
        .mutation(({ input: { ids } }) => read(({ id }) => ids.includes(id))),
      markAllRead: signedIn
        .input(z.object({ until: z.string() }))
        .mutation(({ input: { until } }) => read(({ at }) => at <= until)),
    },
  };
}
