/** The deadline of a query in milliseconds, including the time for a new token. */
export const queryDeadline = 15_000;

/** `fetch` with a timeout in milliseconds that includes the body. Browsers would wait for minutes. */
export function fetchWithin(deadline: number, ...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const abort = new AbortController();
  // Not cleared, because the body arrives after the promise resolves. Aborting a completed request does nothing.
  setTimeout(() => abort.abort(new Error(`No answer within ${deadline} ms.`)), deadline);
  return fetch(input, { ...init, signal: abort.signal });
}
