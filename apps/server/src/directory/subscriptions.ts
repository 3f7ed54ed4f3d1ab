import { AppError } from '../platform/app-error.ts';
import { propagationDelay, type FactChanges } from './fact-changes.ts';
import type { FactWatch } from './fact-watch.ts';
import { callerOf, peopleBehind, type Identity } from '../authentication/identity.ts';
import { asAppError, trpcErrorOf } from '../platform/trpc/error-data.ts';
import type { Topic } from '../platform/bus/topic.ts';
import { watch, type SubscribeToChange } from '../platform/trpc/watch.ts';

export interface SubscriptionsDeps {
  /**
   * Refuses a caller who has been revoked, or whose view has ended.
   * @throws {AppError} `SUBJECT_REVOKED`, `VIEW_AS_ENDED`
   */
  readonly admit: (identity: Identity) => Promise<void>;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
  readonly watchFacts: FactWatch['watch'];
  /** Subscribes to notifications, for a subscription without `subscribe`. Returns a function that unsubscribes. */
  readonly subscribeToNotifications?: (identity: Identity, onNotification: () => void) => () => void;
  readonly stopping: AbortSignal;
}

export interface SubscriptionRequest {
  readonly identity: Identity;
  readonly signal: AbortSignal | undefined;
  /** The changes that notify the subscriber. Default: the facts that concern the caller, and their notifications. */
  readonly subscribe?: SubscribeToChange;
  /** Whether the subscription also yields immediately. Default: false. */
  readonly startNow?: boolean;
  /**
   * Repeats the check that allowed the subscription, when facts change that concern the caller, and every few seconds.
   * @throws the reason of a refusal
   */
  readonly recheck?: () => Promise<void>;
}

/** Maximum number of open subscriptions per user: enough for several tabs, each with a few subscriptions. */
const maxPerSubject = 20;

/** Node's longest timeout in milliseconds, 24 days. A client whose token lives longer reconnects after that. */
const maxTimeout = 2 ** 31 - 1;

/**
 * Opens subscriptions. Each ends with its token, with the client's connection, when the server stops, and when the
 * caller loses access. Access is rechecked whenever something that it depends on changes, and whenever the caller's
 * facts are read, with one query for all subscriptions of a user.
 */
export interface Subscriptions {
  /**
   * Yields after each change. After a change of facts, yields once more when the PDP knows the change, because an
   * earlier read may have returned the old answer.
   *
   * @throws {TRPCError} immediately with `SUBSCRIPTION_LIMIT`; later with the reason that ends the subscription
   */
  open(request: SubscriptionRequest): AsyncGenerator<void, void, void>;
  /**
   * Opens a subscription for a page that reads again whenever something changes. Also yields immediately, so that the
   * page reads what changed while it was disconnected.
   *
   * @throws {TRPCError} as `open`, when it is first read
   */
  changes(request: ChangesRequest): AsyncGenerator<{ readonly changed: true }, void, void>;
}

/** Subscribes to the messages that concern the subscriber. After a gap, one of them may have been missed. */
export function messagesOf<Message>(
  topic: Pick<Topic<Message>, 'subscribe'>,
  isAbout: (message: Message) => boolean,
): SubscribeToChange {
  return (onChange) =>
    topic.subscribe({ onGap: onChange, onMessage: (message) => isAbout(message) && onChange() });
}

type ChangesRequest = Omit<SubscriptionRequest, 'startNow'> &
  Required<Pick<SubscriptionRequest, 'subscribe' | 'recheck'>>;

export function createSubscriptions({
  admit,
  factChanges,
  watchFacts,
  subscribeToNotifications,
  stopping,
}: SubscriptionsDeps): Subscriptions {
  const openBy = new Map<string, number>();
  const reserve = (subject: string): (() => void) => {
    const count = openBy.get(subject) ?? 0;
    if (count >= maxPerSubject) {
      throw trpcErrorOf(
        new AppError('SUBSCRIPTION_LIMIT', `A user can have ${maxPerSubject} open subscriptions.`),
      );
    }
    openBy.set(subject, count + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (openBy.get(subject) ?? 1) - 1;
      if (left > 0) openBy.set(subject, left);
      else openBy.delete(subject);
    };
  };

  const run = async function* (
    { identity, signal, subscribe, startNow = false, recheck = async () => {} }: SubscriptionRequest,
    release: () => void,
  ): AsyncGenerator<void, void, void> {
    const left = Math.max(0, Math.ceil(identity.expiresAt * 1000 - Date.now()));
    const expiry = AbortSignal.timeout(Math.min(left, maxTimeout));
    let isDoubtful = false;
    let isNotified = startNow;
    const subscribeToBoth: SubscribeToChange = (onChange) => {
      const doubtQuietly = (): void => {
        isDoubtful = true;
        onChange();
      };
      const watching = peopleOf(identity).map((person) => watchFacts(person, doubtQuietly));
      const onNotification = (): void => {
        isNotified = true;
        // The pages read everything again, so the watch also reads the current facts.
        if (subscribe === undefined) for (const { read } of watching) read();
        onChange();
      };
      const doubt = (): void => {
        doubtQuietly();
        if (subscribe === undefined) onNotification();
      };
      // Each change notifies immediately and restarts the timer of the second notification.
      let whenKnown: NodeJS.Timeout | undefined;
      const onFacts = (): void => {
        doubt();
        clearTimeout(whenKnown);
        whenKnown = setTimeout(doubt, propagationDelay);
      };
      const ends = [
        factChanges.subscribe({
          onGap: onFacts,
          onMessage(change) {
            if (concerns(change, identity)) onFacts();
          },
        }),
        subscribe === undefined
          ? subscribeToNotifications?.(identity, onNotification)
          : subscribe(onNotification),
        ...watching.map(({ stop }) => stop),
      ];
      return () => {
        clearTimeout(whenKnown);
        ends.forEach((end) => end?.());
      };
    };
    try {
      for await (const _ of watch(subscribeToBoth, [signal, stopping, expiry], { startNow })) {
        if (isDoubtful) {
          isDoubtful = false;
          await admit(identity);
          await recheck();
        }
        if (!isNotified) continue;
        isNotified = false;
        yield;
      }
    } catch (error) {
      throw trpcErrorOf(asAppError(error));
    } finally {
      release();
    }
  };

  const open: Subscriptions['open'] = (request) => {
    const release = reserve(callerOf(request.identity).subject);
    // A client that disconnects before the first value never starts the generator.
    request.signal?.addEventListener('abort', release, { once: true });
    if (request.signal?.aborted === true) release();
    return run(request, release);
  };
  return {
    open,
    async *changes(request) {
      for await (const _ of open({ ...request, startNow: true })) yield { changed: true };
    },
  };
}

/** In a view as another user, both the viewer and the target. A token's actors add no permissions. */
function peopleOf(identity: Identity): readonly Pick<Identity, 'subject' | 'tenant'>[] {
  const { viewAs } = identity;
  if (viewAs === undefined) return [identity];
  return viewAs.target.kind === 'role' ? [viewAs.actor] : [viewAs.actor, identity];
}

/** A change of a tenant or an instance may concern every user of the tenant. */
function concerns(
  { subject, tenant }: { readonly subject?: string | undefined; readonly tenant?: string | undefined },
  identity: Identity,
): boolean {
  if (subject !== undefined) return peopleBehind(identity).includes(subject);
  return tenant === undefined || tenant === identity.tenant;
}
