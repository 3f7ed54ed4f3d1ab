import type { Permit } from 'permitio';
import { z } from 'zod';

/** Milliseconds for one management call. */
const defaultCallDeadline = 10_000;

/** How to reach Permit's REST API. */
export interface PermitManagementOptions {
  /** The base URL of Permit's REST API: `https://api.permit.io`, or another region, or the emulator. */
  readonly apiUrl: string;
  /** An environment API key of Permit. */
  readonly apiKey: string;
  /** Milliseconds for one call. Default: 10,000. The SDK alone waits without a limit. */
  readonly deadline?: number;
}

/** A management call failed. `cause` is the SDK's error. */
export class PermitApiError extends Error {
  override readonly name = 'PermitApiError';
  /** Stable, for programs. */
  readonly code = 'PERMIT_API_ERROR';
  /** Permit's HTTP status; `undefined` without a response. */
  readonly status: number | undefined;
  /** Whether the same call may succeed later: no response, 408, 429 or 5xx. */
  readonly retryable: boolean;
  constructor(
    message: string,
    { status, cause }: { readonly status: number | undefined; readonly cause: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.retryable = status === undefined || status === 408 || status === 429 || status >= 500;
  }
}

/**
 * Runs a call of the official SDK. `operation` completes the error message "Permit could not …": `list roles`.
 * @throws {PermitApiError}
 */
export type CallPermit = <Result>(
  operation: string,
  run: (permit: Permit) => Promise<Result>,
) => Promise<Result>;

/** Calls the official SDK with a deadline and turns every error into a `PermitApiError`. The SDK is loaded on first use. */
export function createPermitCaller({
  apiUrl,
  apiKey,
  deadline = defaultCallDeadline,
}: PermitManagementOptions): CallPermit {
  let loading: Promise<Permit> | undefined;
  // The SDK takes about 100 ms to import.
  const load = (): Promise<Permit> =>
    (loading ??= import('permitio').then(
      ({ Permit }) => new Permit({ token: apiKey, apiUrl, log: { level: 'silent' } }),
    ));

  return async (operation, run) => {
    const permit = await load();
    try {
      return await within(deadline, run(permit));
    } catch (error) {
      const status = statusOf(error);
      const message = error instanceof Error ? error.message : String(error);
      throw new PermitApiError(`Permit could not ${operation}: ${message}`, { status, cause: error });
    }
  };
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

const WithStatus = z.object({ response: z.object({ status: z.number() }) });

/** The HTTP status inside the SDK's error (`PermitApiError.response`, or an axios error's). */
function statusOf(error: unknown): number | undefined {
  return WithStatus.safeParse(error).data?.response.status;
}
