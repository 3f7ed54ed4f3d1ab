/**
 * The HTTP status of each code. A 5xx means that the delivery was not applied; versions after 1.42 then send it
 * again.
 */
const statuses = {
  WEBHOOK_SIGNATURE_MISSING: 401,
  WEBHOOK_SIGNATURE_INVALID: 401,
  WEBHOOK_MALFORMED: 400,
  WEBHOOK_TOO_LARGE: 413,
  REQUEST_TIMEOUT: 408,
  SERVER_BUSY: 503,
  SYNC_FAILED: 503,
} as const;

/** A delivery was refused or could not be applied. The codes are those of Latchkey's server. */
export class WebhookProblem extends Error {
  override readonly name = 'WebhookProblem';
  readonly code: keyof typeof statuses;
  constructor(code: keyof typeof statuses, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
  /** Returns a problem document (RFC 9457). */
  toResponse(): Response {
    const status = statuses[this.code];
    return Response.json(
      { code: this.code, title: this.message, status },
      { status, headers: { 'content-type': 'application/problem+json' } },
    );
  }
}
