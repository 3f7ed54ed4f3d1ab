import type { AppRouter } from '@latchkey/server/router';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { EventSource } from 'eventsource';
import { ActionableError } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import { ServerEnvironment, type ServerEnv } from '../env.ts';
import { explainFailure, explainProblem, withoutCode } from './explain-failure.ts';
import { createTokenSource } from './machine-token.ts';

/** The typed client of the server's API. */
export type ServerApi = TRPCClient<AppRouter>;

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>['sync'];

export type SyncStatus = Outputs['status'];
export type Drift = Outputs['drift'];
/** A run of sync over the whole directory. */
export type Run = SyncStatus['runs'][number];
export type DeliveryPage = Outputs['deliveries'];
export type ListedDelivery = DeliveryPage['items'][number];
/** A delivery with its subjects and its failed attempts. */
export type Delivery = Outputs['delivery'];
export type DeliveriesInput = Inputs['sync']['deliveries'];
export type ServerReview = inferRouterOutputs<AppRouter>['reviews']['get'];

/**
 * Latchkey's server. Every call is made as the machine-to-machine application, and passes the same gates as a user's.
 */
export interface Server {
  readonly url: string;
  /** Calls the server's API. @throws {ActionableError} instead of the errors of tRPC. */
  call<Result>(procedure: (api: ServerApi) => Promise<Result>): Promise<Result>;
  /** Downloads the file at this path. @throws {ActionableError} */
  download(path: string): Promise<Uint8Array>;
}

/** For one response. A subscription's stream has no time limit. */
const timeoutMs = 30_000;
const downloadTimeoutMs = 600_000;

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
    async download(path) {
      const headers = { authorization: `Bearer ${await token()}` };
      const signal = AbortSignal.timeout(downloadTimeoutMs);
      const response = await fetch(env.LATCHKEY_URL + path, { headers, signal }).catch((error: unknown) => {
        throw withoutCode(error instanceof Error ? error : undefined, env);
      });
      if (!response.ok) throw explainProblem(await response.json().catch(() => undefined), env);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

/** The server's URL, if it is set. */
const ServerAddress = ServerEnvironment.pick({ LATCHKEY_URL: true }).partial();

/** Connects to the server of the environment. @throws {EnvironmentError} */
export function openServer({ env }: CommandDeps): Server {
  return connectServer(env(ServerEnvironment));
}

/** Like {@link openServer}, but returns undefined without LATCHKEY_URL. */
export function findServer(deps: CommandDeps): Server | undefined {
  return deps.env(ServerAddress).LATCHKEY_URL === undefined ? undefined : openServer(deps);
}

/**
 * Reports to the server's audit log a change that a command has made in Permit directly. Does nothing without
 * LATCHKEY_URL. If the report fails, the change is not undone, and a warning reports that it is not recorded.
 */
export async function reportChange(change: Inputs['audit']['report'], deps: CommandDeps): Promise<void> {
  try {
    await findServer(deps)?.call((api) => api.audit.report.mutate(change));
  } catch (error) {
    const reason = error instanceof ActionableError ? error.message : 'the server cannot be reached';
    deps.warn(`The audit log does not have this change: ${reason}`);
  }
}
