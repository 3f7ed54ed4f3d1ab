import type { Ask } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { AppRouter } from '@latchkey/server/router';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { createTRPCQueryUtils } from '@trpc/react-query';
import { EventSource } from 'eventsource';
import type { Auth } from '../auth/auth.ts';
import { apiErrorOf } from './api-error.ts';
import { subscribeWhileVisible } from './subscribe-while-visible.ts';

export interface Api {
  readonly client: TRPCClient<AppRouter>;
  readonly queryClient: QueryClient;
  /** Sends the questions of the gates to the server. */
  readonly ask: Ask<AppPermission, AppRole>;
  /** Calls `onChange` when this person's permissions may have changed. Returns how to stop. */
  readonly subscribe: (onChange: () => void) => () => void;
  /** For loaders, which run outside React. */
  readonly utils: ReturnType<typeof createTRPCQueryUtils<AppRouter>>;
}

/** Milliseconds between the retries of a query whose error is temporary. */
export const retryInterval = 5_000;

/** An outage, a lost connection, or a new account: its first role is assigned within seconds. */
function isTemporary(error: unknown): boolean {
  const problem = apiErrorOf(error);
  if (problem.kind === 'denied') return problem.denial.newcomer;
  return problem.kind === 'undecided' || problem.kind === 'unreachable';
}

/** For `refetchInterval`: milliseconds until a query with this error is retried; `false` when it is not. */
export function retryIntervalAfter(error: unknown): number | false {
  return error !== null && isTemporary(error) ? retryInterval : false;
}

export function createApi(auth: Auth): Api {
  const onError = (error: Error): void => {
    if (apiErrorOf(error).kind === 'signed-out') void auth.signInAgain();
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A definite answer is not retried; a failure is.
        retry: (failures, error) => {
          const { kind } = apiErrorOf(error);
          return failures < 2 && (kind === 'unreachable' || kind === 'failed');
        },
        refetchInterval: ({ state: { error } }) => retryIntervalAfter(error),
      },
    },
  });
  const authorization = async (): Promise<{ authorization: string }> => ({
    authorization: `Bearer ${await auth.accessToken()}`,
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      // A token may expire before it arrives. A rejected request was not carried out, so it is sent again with a new token.
      retryLink({
        retry({ error, attempts }) {
          if (attempts > 1 || error.data?.httpStatus !== 401) return false;
          auth.forgetAccessToken();
          return true;
        },
      }),
      splitLink({
        condition: ({ type }) => type === 'subscription',
        // The browser's own EventSource cannot send headers, and a token must not be in a URL.
        true: httpSubscriptionLink({
          url: '/api/trpc',
          EventSource,
          eventSourceOptions: {
            async fetch(url: string | URL, init: RequestInit) {
              const headers = new Headers(init.headers);
              headers.set('authorization', (await authorization()).authorization);
              return fetch(url, { ...init, headers });
            },
          },
        }),
        false: httpBatchLink({ url: '/api/trpc', maxURLLength: 4_000, headers: authorization }),
      }),
    ],
  });
  return {
    client,
    queryClient,
    subscribe(onChange) {
      const changed = (): void => {
        onChange();
        void queryClient.invalidateQueries();
      };
      let away = false;
      return subscribeWhileVisible(() => {
        if (away) changed(); // Events were missed meanwhile.
        away = true;
        const subscription = client.session.changes.subscribe(undefined, { onData: changed });
        return () => subscription.unsubscribe();
      });
    },
    ask: (questions) => client.session.gates.query([...questions]),
    utils: createTRPCQueryUtils<AppRouter>({ queryClient, client }),
  };
}
