import type { Identity } from './auth/identity.ts';
import type { Bus } from './bus/open-bus.ts';
import type { Topic } from './bus/topic.ts';
import type { AuditChange } from './features/audit/audit-topic.ts';
import { createEventReader } from './features/audit/event-reader.ts';
import type { HomeRouterDeps } from './features/home/home-router.ts';
import type { NotificationsRouterDeps } from './features/notifications/notifications-router.ts';
import { marksTopic, type MarkChange } from './features/notifications/notifications-topic.ts';
import type { RequestNews } from './features/requests/request-news.ts';
import { endingSoonOf, toDecide } from './features/requests/requests-about.ts';

interface Deps extends Pick<NotificationsRouterDeps, 'db' | 'now'> {
  readonly bus: Bus;
  readonly auditChanges: Pick<Topic<AuditChange>, 'subscribe'>;
  readonly requestNews: Pick<RequestNews, 'listen'>;
}

interface Notifications
  extends
    Pick<NotificationsRouterDeps, 'markChanges' | 'eventsAbout' | 'endingSoon' | 'toDecide'>,
    Pick<HomeRouterDeps, 'denialsOf'> {
  /** Calls back when a user's notifications may have changed. Returns a function that unsubscribes. */
  readonly subscribeToNews: (identity: Identity, onNews: () => void) => () => void;
}

/** Connects notifications with their sources: changes in the audit log, requests and grants. */
export function openNotifications({ db, now, bus, auditChanges, requestNews }: Deps): Notifications {
  const markChanges = bus.topic<MarkChange>(marksTopic);
  return {
    markChanges,
    eventsAbout: ({ tenant, subject }, page) =>
      createEventReader(db, tenant).list(
        {
          subject,
          kind: 'change',
          actions: [...page.actions],
          outcomes: ['done'],
          from: page.since.toISOString(),
        },
        { limit: page.limit },
      ),
    async denialsOf({ tenant, subject: actor }, { since, limit }) {
      const denials = await createEventReader(db, tenant).list(
        { actor, kind: 'decision', outcomes: ['deny'], from: since.toISOString() },
        { limit },
      );
      // Denials in a view as another user or as an actor are not about the user themselves.
      return denials.filter(({ detail }) => !['viewAs', 'actsFor'].some((name) => name in (detail ?? {})));
    },
    endingSoon: (of) => endingSoonOf(db, of),
    toDecide: (caller, limit) => toDecide({ db, now }, caller, limit),

    subscribeToNews(identity, onNews) {
      const isAbout = ({ tenant, subject }: MarkChange): boolean =>
        tenant === identity.tenant && subject === identity.subject;
      const ends = [
        auditChanges.subscribe({
          onGap: onNews,
          onMessage: ({ about }) => about.some(isAbout) && onNews(),
        }),
        requestNews.listen(identity, onNews),
        markChanges.subscribe({ onGap: onNews, onMessage: (change) => isAbout(change) && onNews() }),
      ];
      return () => ends.forEach((end) => end());
    },
  };
}
