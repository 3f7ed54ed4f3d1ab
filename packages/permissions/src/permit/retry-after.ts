/** Milliseconds to wait at most, whatever the header says. */
const maxRetryAfter = 60_000;

/**
 * The milliseconds that a `Retry-After` header asks to wait, at most 60,000. The header has seconds or an HTTP date (RFC 9110,
 * section 10.2.3). `undefined`: the header is absent, or neither of them.
 */
export function retryAfterOf(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  const wait = /^\d+$/.test(header)
    ? Number(header) * 1000
    : header.endsWith(' GMT')
      ? Date.parse(header) - Date.now()
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), maxRetryAfter);
}
