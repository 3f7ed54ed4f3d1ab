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

export type ServerApi = TRPCClient<AppRouter>;

/** Latchkey's server, asked as the machine-to-machine application: its gates decide, as for everyone. */
export interface Server {
  readonly url: string;
  /** @throws {ActionableError} in place of whatever the API throws. */
  ask<Answer>(question: (api: ServerApi) => Promise<Answer>): Promise<Answer>;
}

/** Milliseconds for one answer; a stream may last. */
const deadline = 30_000;

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
              return fetch(target, { ...init, headers });
            },
          },
        }),
        false: httpBatchLink({
          url,
          headers: async () => ({ authorization: `Bearer ${await token()}` }),
          fetch: (target, init) =>
            fetch(target, { ...init, body: init?.body ?? null, signal: AbortSignal.timeout(deadline) }),
        }),
      }),
    ],
  });
  return {
    url: env.LATCHKEY_URL,
    async ask(question) {
      try {
        return await question(api);
      } catch (error) {
        throw explainFailure(error, env);
      }
    },
  };
}
