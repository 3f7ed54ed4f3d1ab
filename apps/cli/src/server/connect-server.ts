import type { AppRouter } from '@latchkey/server/router';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import type { ServerEnv } from './environment.ts';
import { explainFailure } from './explain-failure.ts';
import { createTokenSource } from './machine-token.ts';

/** The typed client of the server's API. */
export type ServerApi = TRPCClient<AppRouter>;

/**
 * Latchkey's server. Every call is made as the machine-to-machine application, and passes the same gates as a user's.
 */
export interface Server {
  readonly url: string;
  /** Calls the server's API. @throws {ActionableError} instead of the errors of tRPC. */
  call<Result>(procedure: (api: ServerApi) => Promise<Result>): Promise<Result>;
}

/** For one response. A subscription's stream has no time limit. */
const timeoutMs = 30_000;

/** The channel of a change in the audit log. */
const channel = ['x-latchkey-channel', 'cli'] as const;

/** Creates a client of the server. It fetches no token before the first call. */
export function connectServer(env: ServerEnv): Server {
  const url = `${env.LATCHKEY_URL}/api/trpc`;
  const token = createTokenSource({
    endpoint: env.LOGTO_ENDPOINT,
    appId: env.LOGTO_M2M_APP_ID,
    appSecret: env.LOGTO_M2M_APP_SECRET,
    resource: env.LOGTO_API_RESOURCE,
  });
  const api = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: {
            async fetch(target: string | URL, init: RequestInit) {
              const headers = new Headers(init.headers);
              headers.set('authorization', `Bearer ${await token()}`);
              headers.set(...channel);
              return fetch(target, { ...init, headers });
            },
          },
        }),
        false: httpBatchLink({
          url,
          headers: async () => ({
            authorization: `Bearer ${await token()}`,
            ...Object.fromEntries([channel]),
          }),
          fetch: (target, init) =>
            fetch(target, { ...init, body: init?.body ?? null, signal: AbortSignal.timeout(timeoutMs) }),
        }),
      }),
    ],
  });
  return {
    url: env.LATCHKEY_URL,
    async call(procedure) {
      try {
        return await procedure(api);
      } catch (error) {
        throw explainFailure(error, env);
      }
    },
  };
}
