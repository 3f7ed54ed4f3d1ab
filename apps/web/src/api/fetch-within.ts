/** Milliseconds until a question without an answer counts as failed, the time for a new token included. */
export const queryDeadline = 15_000;

/** `fetch`, aborted when the answer, body included, has not come within so many milliseconds. A browser waits for minutes. */
export function fetchWithin(deadline: number, ...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const abort = new AbortController();
  // Not cleared: the body comes after the promise resolves. Aborting a request that is over does nothing.
  setTimeout(() => abort.abort(new Error(`No answer within ${deadline} ms.`)), deadline);
  return fetch(input, { ...init, signal: abort.signal });
}
