import type { AppRouter } from '@latchkey/server/router';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  isTRPCClientError,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { EventSource } from 'eventsource';
import { userKey } from '@latchkey/directory-sync';
import { z } from 'zod';
import { EnvironmentError } from '@latchkey/environment';
import { ActionableError, settingMissing } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import { ServerEnvironment, type ServerEnv } from '../env.ts';
import { createTokenSource } from './machine-token.ts';
import { parseJson } from '../files.ts';
import { reasonOf } from '../http/request.ts';

export type ServerApi = TRPCClient<AppRouter>;

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>['sync'];

export type SyncStatus = Outputs['status'];
export type Drift = Outputs['drift'];
/** A run of sync over the whole directory. */
export type Run = SyncStatus['runs'][number];
export type DeliveryPage = Outputs['deliveries'];
export type ListedDelivery = DeliveryPage['items'][number];
export type Delivery = Outputs['delivery'];
export type DeliveriesInput = Inputs['sync']['deliveries'];
export type ServerReview = inferRouterOutputs<AppRouter>['reviews']['get'];

/** A client of Latchkey's server. It calls as the machine-to-machine application, through the same gates as a user. */
export interface Server {
  readonly url: string;
  /** Calls the server's API. @throws {ActionableError} in place of tRPC's errors */
  call<Result>(procedure: (api: ServerApi) => Promise<Result>): Promise<Result>;
  download(path: string): Promise<Uint8Array>;
}

/** The timeout of one response. Streams of subscriptions have none. */
const timeoutMs = 30_000;
const downloadTimeoutMs = 600_000;
const slowAfterMs = 3_000;

/** The header that sets the channel of a change in the audit log. */
const channel = ['x-latchkey-channel', 'cli'] as const;

/**
 * Creates a client of the server. It fetches a token at the first call.
 * @param onSlow - called after three seconds without a response, with the timeout in seconds
 */
export function connectServer(env: ServerEnv, onSlow: (timeout: number) => void = () => {}): Server {
  const url = `${env.LATCHKEY_URL}/api/trpc`;
  const fetchWithin = (ms: number, target: string | URL | Request, init: RequestInit) => {
    const timer = setTimeout(() => onSlow(ms / 1_000), slowAfterMs);
    return fetch(target, { ...init, signal: AbortSignal.timeout(ms) }).finally(() => clearTimeout(timer));
  };
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
            fetchWithin(timeoutMs, target, { ...init, body: init?.body ?? null, signal: null }),
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
      const response = await fetchWithin(downloadTimeoutMs, env.LATCHKEY_URL + path, { headers }).catch(
        (error: unknown) => {
          throw withoutCode(error instanceof Error ? error : undefined, env);
        },
      );
      if (!response.ok) throw explainProblem(await response.json().catch(() => undefined), env);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

const ServerAddress = ServerEnvironment.pick({ LATCHKEY_URL: true }).partial();

/** Connects to the server of the environment. @throws {EnvironmentError} */
export function openServer({ env, warn, rewrite }: CommandDeps): Server {
  const server = env(ServerEnvironment);
  const isTerminal = rewrite !== undefined;
  return connectServer(server, (timeout) => {
    if (isTerminal) warn(`Waiting up to ${timeout} s for ${server.LATCHKEY_URL}.`);
  });
}

/**
 * Like {@link openServer}, but returns undefined without LATCHKEY_URL.
 * @throws {ActionableError} `SETTING_MISSING` if LATCHKEY_URL is set without the other settings of the client
 */
export function findServer(deps: CommandDeps): Server | undefined {
  const { LATCHKEY_URL: url } = deps.env(ServerAddress);
  if (url === undefined) return undefined;
  try {
    return openServer(deps);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return settingMissing(
      `LATCHKEY_URL is ${url}, but the server cannot be called. ${error.message}`,
      'Without LATCHKEY_URL, this command does not call the server.',
    );
  }
}

/** Does nothing without LATCHKEY_URL. A failed report is only a warning: it does not undo the change. */
export async function reportChange(change: Inputs['audit']['report'], deps: CommandDeps): Promise<void> {
  try {
    await findServer(deps)?.call((api) => api.audit.report.mutate(change));
  } catch (error) {
    const reason = error instanceof ActionableError ? error.message : 'the server cannot be reached';
    deps.warn(`The audit log does not have this change: ${reason}`);
  }
}

/** `data` of an error from the server. `code` is any string, because a newer server may have other codes. */
const ErrorData = z.object({
  latchkey: z.object({
    code: z.string(),
    requestId: z.string().nullable(),
    denied: z.object({ permission: z.string() }).optional(),
  }),
});
const Problem = z.object({ title: z.string(), code: z.string(), requestId: z.string().nullable() });
type ErrorData = z.output<typeof ErrorData>['latchkey'];

/** Converts a failed server call to an {@link ActionableError}. Returns other errors unchanged. */
function explainFailure(error: unknown, env: ServerEnv): unknown {
  if (!isTRPCClientError(error)) return error;
  if (error.cause instanceof ActionableError) return error.cause;
  const data = ErrorData.safeParse(error.data).data?.latchkey;
  if (data === undefined) return withoutCode(error.cause, env);
  const { code } = data;
  return new ActionableError(code, {
    says: code === 'FORBIDDEN' ? refusal(data, env) : readable(error.message),
    fix: fixOf(data, env),
  });
}

/** Converts the problem document (RFC 9457) of a route outside tRPC. */
function explainProblem(body: unknown, env: ServerEnv): ActionableError {
  const problem = Problem.safeParse(body).data;
  if (problem === undefined) return withoutCode(undefined, env);
  return new ActionableError(problem.code, { says: problem.title, fix: fixOf(problem, env) });
}

function withoutCode(cause: Error | undefined, { LATCHKEY_URL: url }: ServerEnv): ActionableError {
  // `fetch` rejects with a TypeError if there is no response, and with the reason of its signal after the timeout.
  if (cause instanceof TypeError || cause?.name === 'TimeoutError') {
    return new ActionableError('SERVER_UNREACHABLE', {
      says: `No server answers at ${url}: ${reasonOf(cause)}.`,
      fix: 'Start it, or set LATCHKEY_URL to its address.',
    });
  }
  return new ActionableError('SERVER_FOREIGN', {
    says: `The program at ${url} is not Latchkey's server.`,
    fix: "Set LATCHKEY_URL to the server's own address, without a path; if it is, check the proxy in front of it.",
  });
}

/** Formats the message of an error. For invalid input, the server sends zod's issues as JSON. */
function readable(message: string): string {
  const issues = z
    .array(z.looseObject({ path: z.array(z.string()), message: z.string() }))
    .safeParse(parseJson(message));
  return issues.data?.map(({ path, message: what }) => `${path.join('.')}: ${what}`).join('\n') ?? message;
}

function refusal({ denied }: ErrorData, { LOGTO_M2M_APP_ID: app }: ServerEnv): string {
  return `The application ${app} cannot do this${denied === undefined ? '' : `: it lacks ${denied.permission}`}.`;
}

function fixOf({ code, requestId }: Pick<ErrorData, 'code' | 'requestId'>, env: ServerEnv): string {
  switch (code) {
    case 'FORBIDDEN':
      return `Give it a role: latchkey grant ${userKey(env.LOGTO_M2M_APP_ID)} admin`;
    case 'TOKEN_AUDIENCE':
      return `Set LOGTO_API_RESOURCE to the server's value; here it is ${env.LOGTO_API_RESOURCE}.`;
    case 'TOKEN_ISSUER':
    case 'TOKEN_KEY_UNKNOWN':
    case 'TOKEN_SIGNATURE':
      return `Set LOGTO_ENDPOINT to the server's value; here it is ${env.LOGTO_ENDPOINT}.`;
    case 'AUTHENTICATION_UNAVAILABLE':
      return 'The server cannot reach Logto or its database. Find the cause with "latchkey doctor", then try again.';
    case 'AUTHORIZATION_UNAVAILABLE':
      return 'The server cannot reach the PDP. Find the cause with "latchkey doctor", then try again.';
    case 'DIRECTORY_UNAVAILABLE':
      return 'Find the cause with "latchkey doctor", then try again.';
    case 'SYNC_NOT_CONFIGURED':
      return 'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET for the server, too.';
    case 'INPUT_INVALID':
      return 'Correct this argument or option: --help describes it.';
    case 'NOT_FOUND':
    case 'REVIEW_NOT_FOUND':
      return 'Check the id: "latchkey sync deliveries" and "latchkey review status" list them.';
    default:
      return `Its code is ${code}${requestId === null ? '' : `, and the server's log has the request ${requestId}`}.`;
  }
}
