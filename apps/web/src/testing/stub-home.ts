import type { Notification } from '../features/home/notification-list.tsx';
import type { Answers, Organization } from './answers.ts';

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

export function homeAnswers(organization: Organization): Pick<Answers, 'home' | 'notifications'> {
  const read = (isNow: (one: Notification) => boolean) => {
    organization.notifications = organization.notifications.map((one) => ({
      ...one,
      isRead: one.isRead || isNow(one),
    }));
    return { marked: true };
  };
  return {
    home: { denials: [] },
    notifications: {
      list: () => [...organization.notifications],
      unread: () => organization.notifications.filter(({ isRead }) => !isRead).length,
      markRead: ({ ids }) => read(({ id }) => ids.includes(id)),
      markAllRead: ({ until }) => read(({ at }) => at <= until),
    },
  };
}
