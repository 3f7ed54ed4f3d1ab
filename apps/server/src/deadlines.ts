/** How long the server waits for its neighbours, in milliseconds. What is left out keeps its default. */
export interface Deadlines {
  /** PostgreSQL, when it is asked who is revoked, and whether it is ready. Default: 1,000; others wait up to 5,000. */
  readonly database?: number;
  /** The PDP, retries included. Default: 1,000. */
  readonly pdp?: number;
  /** Logto's keys. Default: 3,000. */
  readonly jwks?: number;
  /** One call to Permit's API. Default: 10,000; 3,000 for what a request for access shows. */
  readonly permitApi?: number;
  /** Names: a page is answered without those that come later. Default: 2,000. */
  readonly names?: number;
  /** All that the first call of a person waits for. Default: 10,000. */
  readonly firstCall?: number;
}
