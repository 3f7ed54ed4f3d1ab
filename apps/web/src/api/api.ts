import type { Ask } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { AppRouter } from '@latchkey/server/router';
import type { QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { createTRPCQueryUtils } from '@trpc/react-query';
import type { Auth } from '../auth/auth.ts';
import { apiErrorOf } from './api-error.ts';
import { deadlineLink } from './deadline-link.ts';
import { eventStream, streamHandlers } from './event-stream.ts';
import { keepOpen } from './keep-open.ts';
import { createQueryClient } from './query-client.ts';
import { maxUrlLength, splitQuestions } from './split-questions.ts';
import { createStreamState, type StreamStateStore } from './stream-state.ts';

export interface Api {
  readonly client: TRPCClient<AppRouter>;
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

/** Calls in one request; the server refuses more than 50. */
const maxCalls = 40;

export function createApi(auth: Auth): Api {
  const queryClient = createQueryClient(auth);
  const streamState = createStreamState();
  const authorization = async (): Promise<{ authorization: string }> => ({
    authorization: `Bearer ${await auth.accessToken()}`,
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      deadlineLink(),
      // A token may expire before it arrives. A rejected request was not carried out, so it is sent again with a new token.
      retryLink({
        retry({ error, attempts }) {
          if (attempts > 1 || apiErrorOf(error).kind !== 'signed-out') return false;
          auth.forgetAccessToken();
          return true;
        },
      }),
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: '/api/trpc', ...eventStream(authorization) }),
        false: httpBatchLink({
          url: '/api/trpc',
          maxURLLength: maxUrlLength,
          maxItems: maxCalls,
          headers: authorization,
        }),
      }),
    ],
  });
  return {
    client,
    queryClient,
    streamState,
    subscribe(onChange) {
      const changed = (): void => {
        onChange();
        void queryClient.invalidateQueries();
      };
      return keepOpen(
        (events) => {
          const handlers = { ...streamHandlers(events), onData: changed };
          const subscription = client.session.changes.subscribe(undefined, handlers);
          return () => subscription.unsubscribe();
        },
        { onGap: changed, onState: streamState.set },
      );
    },
    async ask(questions) {
      const calls = splitQuestions(questions).map((some) => client.session.gates.query(some));
      return (await Promise.all(calls)).flat();
    },
    utils: createTRPCQueryUtils<AppRouter>({ queryClient, client }),
  };
}
