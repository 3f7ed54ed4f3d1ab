import { setTimeout as sleep } from 'node:timers/promises';
import type { Permit } from 'permitio';
import { z } from 'zod/v4';
import { retryAfterOf } from './retry-after.ts';

/** The deadline of one management call in milliseconds. */
const defaultCallDeadline = 10_000;

/** The maximum number of retries of a rate-limited call, within its deadline. */
const maxRetries = 2;

/** Connection options for Permit's REST API. */
export interface PermitManagementOptions {
  /** The base URL of Permit's REST API: `https://api.permit.io`, another region, or the emulator. */
  readonly apiUrl: string;
  /** A Permit environment API key. */
  readonly apiKey: string;
  /**
   * The deadline of one call in milliseconds, including the waits that a 429 requests (`Retry-After`, up to 60 seconds
   * and at most twice). A wait beyond the deadline fails immediately. Default: 10,000. The SDK itself waits without a
   * limit.
   */
  readonly deadline?: number;
}

/** How a management call failed. */
interface Failure {
  readonly status: number | undefined;
  readonly cause: unknown;
  /** Default: derived from the status. */
  readonly retryable?: boolean;
  /** Default: none. */
  readonly retryAfter?: number | undefined;
}

/** A management call failed. `cause` is the SDK's error. */
export class PermitApiError extends Error {
  override readonly name = 'PermitApiError';
  /** Stable error code. */
  readonly code = 'PERMIT_API_ERROR';
  /** Permit's HTTP status: 401 for an unknown key, 403 for a key without the scope; `undefined` without a response. */
  readonly status: number | undefined;
  /** Whether retrying the call may succeed: no response, 408, 429 or 5xx. */
  readonly retryable: boolean;
  /** Milliseconds that Permit asks to wait before the next call; `undefined` if it does not. At most 60,000. */
  readonly retryAfter: number | undefined;
  constructor(message: string, { status, cause, retryable = isRetryable(status), retryAfter }: Failure) {
    super(message, { cause });
    this.status = status;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}

function isRetryable(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

/**
 * Runs a call of the official SDK. `operation` completes the error message "Permit could not …", for example
 * `list roles`.
 * @throws {PermitApiError}
 */
export type CallPermit = <Result>(
  operation: string,
  run: (permit: Permit) => Promise<Result>,
) => Promise<Result>;

/**
 * Calls the official SDK with a deadline, respects `Retry-After`, and converts every error to a `PermitApiError`. Loads
 * the SDK on first use.
 */
export function createPermitCaller(options: PermitManagementOptions): CallPermit {
  const { deadline = defaultCallDeadline } = options;
  let loading: Promise<Sdk> | undefined;

  return async (operation, run) => {
    const { permit, failureOf } = await (loading ??= loadSdk(options));
    const endsAt = performance.now() + deadline;
    for (let retries = 0; ; retries++) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- a retry follows the failure
        return await within(deadline, run(permit));
      } catch (error) {
        const failure = failureOf(error);
        const { status, retryAfter } = failure;
        const obeys = status === 429 && retryAfter !== undefined && retries < maxRetries;
        if (!obeys || performance.now() + retryAfter >= endsAt) {
          throw new PermitApiError(`Permit could not ${operation}: ${failure.reason}`, failure);
        }
        await sleep(retryAfter); // oxlint-disable-line no-await-in-loop -- Permit asks to wait
      }
    }
  };
}

interface Sdk {
  readonly permit: Permit;
  /** Reads the details of a failed call from the SDK's error. */
  readonly failureOf: (error: unknown) => Failure & { readonly reason: string };
}

/** Imports the SDK, which takes about 100 ms. */
async function loadSdk({ apiUrl, apiKey }: PermitManagementOptions): Promise<Sdk> {
  const { Permit, PermitContextError } = await import('permitio');
  const permit = new Permit({ token: apiKey, apiUrl, log: { level: 'silent' } });
  // The SDK first requests the scope of its key. If that fails, its error has neither status nor reason.
  let failedScope: unknown;
  permit.config.axiosInstance.interceptors.response.use(
    (response) => {
      if (isAboutScope(response)) failedScope = undefined;
      return response;
    },
    (error: unknown) => {
      if (isAboutScope(error)) failedScope = error;
      throw error;
    },
  );
  return {
    permit,
    failureOf(error) {
      const cause = withoutRequest(error);
      if (!(error instanceof PermitContextError)) return { ...responseOf(error, apiUrl), cause };
      if (failedScope !== undefined) return { ...responseOf(failedScope, apiUrl), cause };
      // The key is valid, but belongs to an organization or a project instead of an environment.
      return { status: undefined, retryable: false, reason: error.message, cause };
    },
  };
}

const AboutScope = z.object({ config: z.object({ url: z.string().endsWith('/v2/api-key/scope') }) });

function isAboutScope(responseOrError: unknown): boolean {
  return AboutScope.safeParse(responseOrError).success;
}

async function within<Result>(deadline: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadline} ms`)), deadline);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** The HTTP response inside the SDK's error (`PermitApiError.response`, or an axios error's). */
const WithResponse = z.object({
  response: z.object({
    status: z.number(),
    headers: z.object({ 'retry-after': z.string().optional() }).optional(),
    data: z.unknown().optional(),
  }),
});
const WithMessage = z.object({ message: z.string().min(1) });

function responseOf(error: unknown, apiUrl: string) {
  const response = WithResponse.safeParse(error).data?.response;
  if (response === undefined) {
    return { status: undefined, reason: `no answer from ${apiUrl} (${messageOf(error)})` };
  }
  const { status, headers, data } = response;
  const said = WithMessage.safeParse(data).data?.message ?? 'no reason given';
  return {
    status,
    retryAfter: retryAfterOf(headers?.['retry-after']),
    reason: `${meanings[status] ?? 'the call was refused'} (${status}: ${said})`,
  };
}

const meanings: Readonly<Record<number, string>> = {
  401: 'the API key is not valid',
  403: 'the API key may not do this',
  429: 'too many calls',
};

/**
 * The SDK's errors contain the request and its API key. A cause is printed with its error, so only the message is
 * passed on.
 */
function withoutRequest(error: unknown): Error {
  return new Error(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
