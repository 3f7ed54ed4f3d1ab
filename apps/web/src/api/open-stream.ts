import type { AppRouter } from '@latchkey/server/router';
import type { TRPCClient } from '@trpc/client';
import type { OpenStream } from './keep-open.ts';

/** The handlers of a tRPC subscription that report whether it is open. */
export interface SubscriptionHandlers {
  readonly onStarted: () => void;
  readonly onConnectionStateChange: (state: { readonly state: string; readonly error?: unknown }) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
}

/** Calls `subscribe` of a subscription with these handlers and its own `onData`. */
export type Subscribe = (
  client: TRPCClient<AppRouter>,
  handlers: SubscriptionHandlers,
) => { readonly unsubscribe: () => void };

/**
 * Converts a subscription to a stream for `keepOpen`. A lost connection counts as its end: EventSource would reconnect
 * by itself every three seconds, and missed events would go unnoticed.
 */
export function streamOf(load: () => Promise<TRPCClient<AppRouter>>, subscribe: Subscribe): OpenStream {
  return ({ onOpen, onEnd }) => {
    let isClosed = false;
    let subscription: { readonly unsubscribe: () => void } | undefined;
    const begin = (client: TRPCClient<AppRouter>): void => {
      if (isClosed) return;
      subscription = subscribe(client, {
        onStarted: onOpen,
        onConnectionStateChange({ state, error }) {
          if (state === 'connecting' && error != null) onEnd(error);
        },
        onError: onEnd,
        onComplete: () => onEnd(),
      });
    };
    load().then(begin, onEnd);
    return () => {
      isClosed = true;
      subscription?.unsubscribe();
    };
  };
}
