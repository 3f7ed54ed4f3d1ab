import type { Ask } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { AppRouter } from '@latchkey/server/router';
import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { createTRPCQueryUtils } from '@trpc/react-query';
import { useSyncExternalStore } from 'react';
import type { Auth } from '../auth/auth.ts';
import { SessionOverError } from '../auth/session-state.ts';
import { viewHeaders } from '../auth/view-as.ts';
import { createListeners } from '../listeners.ts';
import { askedAsQuery, deadlineLink, renewToken, retryWhileBusy, type Authorize } from './links.ts';
import { keepOpen, type OpenStream, type StreamState } from './keep-open.ts';
import { createKnownGates, type KnownGates } from './permissions.ts';
import { createQueryClient } from './query-client.ts';

export interface Api {
  readonly client: TRPCClient<AppRouter>;
  /** Converts a subscription to a stream for `keepOpen`. The stream opens only after a pending refetch of the gates. */
  readonly stream: (subscribe: Subscribe) => OpenStream;
  readonly queryClient: QueryClient;
  readonly ask: Ask<AppPermission, AppRole>;
  /** Calls `onChange` when this user's permissions may have changed. Returns an unsubscribe function. */
  readonly subscribe: (onChange: () => Promise<void>) => () => void;
  /**
   * Refetches the page's gates first and its queries after that: a component that its gate now hides then sends no
   * query, which would be a denial in the audit log. Because every stream begins with a change, a refetch with filters
   * skips the gates if they were asked within the last second.
   */
  readonly refetch: (filters?: InvalidateQueryFilters) => Promise<void>;
  readonly streamState: StreamStateStore;
  readonly knownGates: KnownGates;
  /** For loaders, which run outside React. */
  readonly utils: ReturnType<typeof createTRPCQueryUtils<AppRouter>>;
}

/** The first part of the organizations' query key. They are kept when the active organization changes. */
export const organizationsKey = 'organizations';

/** The maximum number of calls in one request; the server refuses more than 50. */
const maxCalls = 40;

/** The maximum URL length in characters, for the ids of 200 members. Most servers and proxies accept 8,000, some less. */
const maxUrlLength = 5_000;

/** For queries of one request that do not wait for one another: each gets its response when it is ready. */
export const streamed = { trpc: { context: { isStreamed: true } } } as const;

/** Milliseconds after which a visible page refetches its gates, even if no change was reported. */
const gatesAgainAfter = 30_000;

/** Milliseconds after a question to the gates during which a refetch with filters does not ask them again. */
const justNow = 1_000;

export function createApi(auth: Auth): Api {
  const queryClient = createQueryClient(auth);
  // Runs before any component learns of the new organization, so that no data of one is shown in another.
  auth.activeOrganization.subscribe(() =>
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== organizationsKey }),
  );
  const streamState = createStreamState();
  const authorize: Authorize = {
    headers: async () => ({ authorization: `Bearer ${await auth.accessToken()}`, ...viewHeaders() }),
    forget: () => auth.forgetAccessToken(),
  };
  const batch = { url: '/api/trpc', maxURLLength: maxUrlLength, headers: authorize.headers };
  const client = createTRPCClient<AppRouter>({
    links: [
      deadlineLink(),
      retryWhileBusy(),
      renewToken(authorize),
      splitLink({
        condition: ({ context }) => context['isStreamed'] === true,
        true: httpBatchStreamLink({ ...batch, maxItems: maxCalls }),
        false: httpBatchLink({ ...batch, maxItems: maxCalls }),
      }),
    ],
  });
  let streamClient: TRPCClient<AppRouter> | undefined;
  const loadStreamClient = async (): Promise<TRPCClient<AppRouter>> => {
    const { createStreamClient } = await import('./stream-client.ts');
    return (streamClient ??= createStreamClient(authorize));
  };
  const stream =
    (subscribe: Subscribe, load = loadStreamClient): OpenStream =>
    (events) =>
      streamOf(
        load,
        subscribe,
      )({
        ...events,
        onEnd(error) {
          // The server ends a stream when its token expires.
          if (error === undefined) auth.forgetEndingToken();
          // EventSource reports a missing token like a lost connection.
          events.onEnd(auth.session.isOver() ? new SessionOverError('The session has ended.') : error);
        },
      });
  let refetchGates: (() => Promise<void>) | undefined;
  let gatesRefetched: Promise<void> | undefined;
  let gatesAskedAt = 0;
  const refetch: Api['refetch'] = async (filters) => {
    if (filters === undefined || Date.now() - gatesAskedAt > justNow) gatesRefetched = refetchGates?.();
    await gatesRefetched;
    await queryClient.invalidateQueries(filters);
  };
  const changed = (): void => void refetch();
  const openChanges = (): (() => void) =>
    keepOpen(
      stream((streams, handlers) =>
        streams.session.changes.subscribe(undefined, { ...handlers, onData: changed }),
      ),
      { onGap: changed, onState: streamState.set },
    );
  return {
    client,
    // By then a denied page has closed its streams, each of which would be a denial in the audit log.
    stream: (subscribe) =>
      stream(subscribe, async () => {
        await gatesRefetched;
        return loadStreamClient();
      }),
    queryClient,
    streamState,
    knownGates: createKnownGates(),
    subscribe(onChange) {
      refetchGates = onChange;
      let close = openChanges();
      // A role granted and revoked between two reads of the server causes no event, but its buttons must disappear.
      const timer = setInterval(() => {
        if (document.visibilityState === 'visible') void onChange();
      }, gatesAgainAfter);
      const unsubscribe = auth.session.subscribe(() => {
        if (auth.session.isOver()) return;
        close();
        close = openChanges();
        changed();
      });
      return () => {
        clearInterval(timer);
        unsubscribe();
        close();
      };
    },
    refetch,
    ask(questions) {
      gatesAskedAt = Date.now();
      return client.session.gates.mutate([...questions], { context: askedAsQuery });
    },
    utils: createTRPCQueryUtils<AppRouter>({ queryClient, client }),
  };
}

interface SubscriptionHandlers {
  readonly onStarted: () => void;
  readonly onConnectionStateChange: (state: { readonly state: string; readonly error?: unknown }) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
}

type Subscribe = (
  client: TRPCClient<AppRouter>,
  handlers: SubscriptionHandlers,
) => { readonly unsubscribe: () => void };

/** A lost connection ends the stream: EventSource would reconnect by itself, and missed events would go unnoticed. */
function streamOf(load: () => Promise<TRPCClient<AppRouter>>, subscribe: Subscribe): OpenStream {
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

interface StreamStateStore {
  readonly get: () => StreamState;
  readonly set: (state: StreamState) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

function createStreamState(): StreamStateStore {
  let current: StreamState = 'open';
  const { notify, subscribe } = createListeners();
  return {
    get: () => current,
    set(state) {
      current = state;
      notify();
    },
    subscribe,
  };
}

export function useStreamState({ get, subscribe }: StreamStateStore): StreamState {
  return useSyncExternalStore(subscribe, get);
}
