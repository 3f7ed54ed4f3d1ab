import { parseJson } from '../files.ts';

/** An HTTP response. `body` is undefined when it is not JSON. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** `timeoutMs`: default 5 seconds. */
type RequestOptions = RequestInit & { readonly timeoutMs?: number | undefined };

/**
 * Sends a request. Returns the response, or a string with the reason why there is none. Does not follow redirects by
 * default: none of the CLI's URLs should redirect.
 */
export async function request(
  url: string,
  { timeoutMs = 5_000, ...init }: RequestOptions = {},
): Promise<HttpResponse | string> {
  try {
    const { username, password } = new URL(url);
    // The error of `fetch` would contain the password.
    if (username !== '' || password !== '') return 'a URL with a user name or a password is not supported';
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { redirect: 'manual', ...init, signal });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parseJson(text) };
  } catch (error) {
    return reasonOf(error);
  }
}

export function postJson(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** The reason why a `fetch` failed, from the `cause` of its error. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
