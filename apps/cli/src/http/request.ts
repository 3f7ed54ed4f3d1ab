import { parseJson } from '../parse-json.ts';

/** An HTTP response. `body` is undefined when it is not JSON. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const timeoutMs = 5_000;

/**
 * Sends a request. Returns the response, or a string with the reason why there is none. Does not follow redirects,
 * because none of the CLI's URLs should redirect.
 */
export async function request(url: string, init: RequestInit = {}): Promise<HttpResponse | string> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { redirect: 'manual', ...init, signal });
    return { status: response.status, headers: response.headers, body: parseJson(await response.text()) };
  } catch (error) {
    return reasonOf(error);
  }
}

/** Sends a POST request with a JSON body. */
export function postJson(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Why a `fetch` failed, which only the cause of its error contains. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof AggregateError || (cause instanceof Error && 'code' in cause)) return codeOf(cause);
  return error.message;
}

function codeOf(cause: Error): string {
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
