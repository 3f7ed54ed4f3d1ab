import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FindPeople } from '../../directory/people.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { itemsOfEvents, readActions, type AccessEvent } from './items-of-events.ts';
import { marksOf, type Marks, type Reader } from './mark-store.ts';
import type { NotificationItem, Notification, MarkChange } from './notification.ts';
import { readTitles, type TitleReaders } from '../../directory/shared-resources.ts';
import type { Identity } from '../../authentication/identity.ts';
import { messagesOf } from '../../directory/subscriptions.ts';
import type { Topic } from '../../platform/bus/topic.ts';

/** Milliseconds after which a change is no longer shown, although the audit log retains it for longer. */
const period = 30 * 86_400_000;

/** Maximum number of notifications shown and counted. */
const max = 50;

/** Maximum number of pages of events read, so that many changes by the user do not make every read slow. */
const maxPages = 20;

export interface ReaderDeps extends TitleReaders {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  readonly findPeople: FindPeople;
  /** Changes of a user's access since a time and before an event, newest first. */
  readonly eventsAbout: (
    reader: Reader,
    page: {
      readonly actions: readonly string[];
      readonly since: Date;
      readonly before: string | undefined;
      readonly limit: number;
    },
  ) => Promise<readonly AccessEvent[]>;
  readonly endingSoon: (reader: Reader) => Promise<readonly NotificationItem[]>;
  /** Open requests that the caller can decide, newest first. @throws {AuthorizationUnavailableError} */
  readonly toDecide: (caller: SignedIn, limit: number) => Promise<readonly NotificationItem[]>;
  readonly toReview: (reader: Reader) => Promise<readonly NotificationItem[]>;
}

/** Notifications are derived from their sources. Only the read marks are stored. */
export function createNotificationReader(deps: ReaderDeps) {
  const { db, now, findPeople, eventsAbout, endingSoon, toDecide, toReview } = deps;
  const since = (): Date => new Date(now().getTime() - period);

  /** Reads more pages if needed: repeats, undone decisions and the user's own changes make no notifications. */
  const changes = async (reader: Reader): Promise<NotificationItem[]> => {
    const events: AccessEvent[] = [];
    for (let pages = 1; ; pages += 1) {
      const page = { actions: readActions, since: since(), before: events.at(-1)?.id, limit: max };
      const found = await eventsAbout(reader, page); // oxlint-disable-line no-await-in-loop -- sequential pages
      events.push(...found);
      const items = itemsOfEvents(events).filter(({ by }) => by !== reader.subject);
      if (items.length >= max || found.length < max || pages === maxPages) return items;
    }
  };

  const items = async (caller: SignedIn): Promise<NotificationItem[]> => {
    const { subject, tenant } = caller.identity;
    const reader = { subject, tenant };
    const [changed, ending, open, reviews] = await Promise.all([
      changes(reader),
      endingSoon(reader),
      toDecide(caller, max),
      toReview(reader),
    ]);
    return [...changed, ...ending, ...open, ...reviews]
      .filter(({ at }) => at >= since())
      .toSorted((one, other) => other.at.getTime() - one.at.getTime())
      .slice(0, max);
  };
  // Read marks are private: in a view as another user, nothing is unread.
  const marks = async ({ identity: { subject, tenant, viewAs } }: SignedIn): Promise<Marks> =>
    viewAs === undefined ? marksOf(db, { subject, tenant }) : { readUntil: now(), readIds: new Set() };

  return {
    since,

    async unread(caller: SignedIn): Promise<number> {
      const [found, read] = await Promise.all([items(caller), marks(caller)]);
      return found.filter((one) => !isRead(one, read)).length;
    },

    async list(caller: SignedIn): Promise<Notification[]> {
      const [found, read] = await Promise.all([items(caller), marks(caller)]);
      const instances = found.flatMap(({ on }) => on ?? []);
      const [people, titleOf] = await Promise.all([
        findPeople(found.flatMap(({ by }) => by ?? [])),
        readTitles(caller, instances, deps),
      ]);
      return found.map((one) => {
        const { on, by, at, ...rest } = one;
        return {
          ...rest,
          at: at.toISOString(),
          isRead: isRead(one, read),
          on: on && { ...on, title: on.title ?? titleOf(on) },
          by: by === null ? null : (people.get(by) ?? { key: by, name: null }),
        };
      });
    },
  };
}

function isRead({ id, at }: NotificationItem, { readUntil, readIds }: Marks): boolean {
  return at <= readUntil || readIds.has(id);
}

interface NotificationSources {
  readonly auditChanges: Pick<Topic<{ readonly about: readonly Reader[] }>, 'subscribe'>;
  readonly requestListeners: { readonly listen: (reader: Reader, onChange: () => void) => () => void };
  readonly markChanges: Pick<Topic<MarkChange>, 'subscribe'>;
  /** `reviewer` is the user who was just assigned, if any. */
  readonly reviewChanges: Pick<
    Topic<{ readonly tenant: string; readonly reviewer?: string | undefined }>,
    'subscribe'
  >;
}

/** Subscribes to possible changes of a user's notifications. Returns a function that unsubscribes. */
export function createSubscribeToNotifications(sources: NotificationSources) {
  return (identity: Identity, onChange: () => void): (() => void) => {
    const isAbout = ({ tenant, subject }: Reader): boolean =>
      tenant === identity.tenant && subject === identity.subject;
    const ends = [
      messagesOf(sources.auditChanges, ({ about }) => about.some(isAbout))(onChange),
      sources.requestListeners.listen(identity, onChange),
      messagesOf(sources.markChanges, isAbout)(onChange),
      messagesOf(
        sources.reviewChanges,
        ({ tenant, reviewer: subject }) => subject !== undefined && isAbout({ tenant, subject }),
      )(onChange),
    ];
    return () => ends.forEach((end) => end());
  };
}
