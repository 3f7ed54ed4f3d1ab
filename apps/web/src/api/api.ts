import type { Ask } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { AppRouter } from '@latchkey/server/router';
import type { QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import { createTRPCQueryUtils } from '@trpc/react-query';
import type { Auth } from '../auth/auth.ts';
import { createAuthorize, renewToken } from './authorize.ts';
import { askedAsQuery, deadlineLink } from './deadline-link.ts';
import { keepOpen, type OpenStream } from './keep-open.ts';
import { streamOf, type Subscribe } from './open-stream.ts';
import { createQueryClient } from './query-client.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { createStreamState, type StreamStateStore } from './stream-state.ts';

export interface Api {
  /** For queries and mutations. */
  readonly client: TRPCClient<AppRouter>;
  /** For subscriptions: a stream as `keepOpen` takes it. */
  readonly stream: (subscribe: Subscribe) => OpenStream;
  readonly queryClient: QueryClient;
  /** Sends the questions of the gates to the server. */
  readonly ask: Ask<AppPermission, AppRole>;
  /** Calls `onChange` when this person's permissions may have changed. Returns how to stop. */
  readonly subscribe: (onChange: () => void) => () => void;
  /** Of the stream behind `subscribe`. */
  readonly streamState: StreamStateStore;
  /** For loaders, which run outside React. */
  readonly utils: ReturnType<typeof createTRPCQueryUtils<AppRouter>>;
}

/** The first part of the key of the query for the person's organizations, which is not about one of them. */
export const organizationsKey = 'organizations';

/** Calls in one request; the server refuses more than 50. */
const maxCalls = 40;

/** The longest URL of a request, in characters. Servers and proxies accept 8,000; some accept less. */
const maxUrlLength = 4_000;

/** Milliseconds after which a visible page asks its gates again, although it heard of no change. */
const gatesAgainAfter = 30_000;

export function createApi(auth: Auth): Api {
  const queryClient = createQueryClient(auth);
  // Before any component hears of it: no answer of one organization is shown in another.
  auth.activeOrganization.subscribe(() =>
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== organizationsKey }),
  );
  const streamState = createStreamState();
  const authorize = createAuthorize(auth);
  const client = createTRPCClient<AppRouter>({
    links: [
      deadlineLink(),
      retryWhileBusy(),
      renewToken(authorize),
      httpBatchLink({
        url: '/api/trpc',
        maxURLLength: maxUrlLength,
        maxItems: maxCalls,
        headers: authorize.headers,
      }),
    ],
  });
  let streamClient: TRPCClient<AppRouter> | undefined;
  const loadStreamClient = async (): Promise<TRPCClient<AppRouter>> => {
    const { createStreamClient } = await import('./stream-client.ts');
    return (streamClient ??= createStreamClient(authorize));
  };
  const stream: Api['stream'] = (subscribe) => (events) =>
    streamOf(
      loadStreamClient,
      subscribe,
    )({
      ...events,
      onEnd(error) {
        // The server ends a stream when its token expires.
        if (error === undefined) auth.forgetEndingToken();
        events.onEnd(error);
      },
    });
  return {
    client,
    stream,
    queryClient,
    streamState,
    subscribe(onChange) {
      const changed = (): void => {
        onChange();
        void queryClient.invalidateQueries();
      };
      const open = (): (() => void) =>
        keepOpen(
          stream((streams, handlers) =>
            streams.session.changes.subscribe(undefined, { ...handlers, onData: changed }),
          ),
          { onGap: changed, onState: streamState.set },
        );
      let close = open();
      // What was given and taken back between two reads of the server is in no message: a button must not stay for it.
      const timer = setInterval(() => {
        if (document.visibilityState === 'visible') onChange();
      }, gatesAgainAfter);
      const unsubscribe = auth.session.subscribe(() => {
        if (auth.session.isOver()) return;
        close();
        close = open();
        changed();
      });
      return () => {
        clearInterval(timer);
        unsubscribe();
        close();
      };
    },
    ask: (questions) => client.session.gates.mutate([...questions], { context: askedAsQuery }),
    utils: createTRPCQueryUtils<AppRouter>({ queryClient, client }),
  };
}
