/** The maximum wait in milliseconds, regardless of the header. */
const maxRetryAfter = 60_000;

/**
 * Parses a `Retry-After` header (seconds or an HTTP date; RFC 9110, section 10.2.3) to milliseconds, at most 60,000.
 * `undefined` when the header is absent or invalid.
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
