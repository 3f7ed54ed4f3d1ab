import type { Identity } from '../../authentication/identity.ts';

/** Calls `onChange` whenever something changes; returns a function that unsubscribes. */
export type SubscribeToChange = (onChange: () => void) => () => void;

/**
 * Yields after each change, until a signal aborts; with `startNow`, also immediately. Combines changes while the
 * consumer is busy, because it reads the current state anyway.
 */
export async function* watch(
  subscribe: SubscribeToChange,
  signals: readonly (AbortSignal | undefined)[],
  { startNow = false }: { readonly startNow?: boolean } = {},
): AsyncGenerator<void, void, void> {
  const end = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  let wake: (() => void) | undefined;
  let isChanged = startNow;
  const unsubscribe = subscribe(() => {
    isChanged = true;
    wake?.();
  });
  const onEnd = (): void => wake?.();
  end.addEventListener('abort', onEnd);
  try {
    while (!end.aborted) {
      if (isChanged) {
        isChanged = false;
        yield;
      } else {
        // oxlint-disable-next-line no-await-in-loop -- waits for the next change
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    end.removeEventListener('abort', onEnd);
    unsubscribe();
  }
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

type ChangesRequest = Omit<SubscriptionRequest, 'startNow'> &
  Required<Pick<SubscriptionRequest, 'subscribe' | 'recheck'>>;
