/** Timeouts for external services, in milliseconds. Omitted ones have their defaults. */
export interface Deadlines {
  /** PostgreSQL, for revocations and readiness. Default: 1,000; other queries wait up to 5,000. */
  readonly database?: number;
  /** The PDP, including retries. Default: 1,000. */
  readonly pdp?: number;
  /** Logto's keys. Default: 3,000. */
  readonly jwks?: number;
  /** One call to Permit's API. Default: 10,000; 3,000 for the display of access requests. */
  readonly permitApi?: number;
  /** Names: a page is shown without those that arrive later. Default: 2,000. */
  readonly names?: number;
  /** The total for a user's first call. Default: 10,000. */
  readonly firstCall?: number;
}
