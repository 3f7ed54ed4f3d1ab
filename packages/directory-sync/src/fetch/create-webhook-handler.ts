import type { PermitManagementOptions } from '@latchkey/permissions/permit';
import {
  isTestEvent,
  LogtoEvent,
  malformedPart,
  isSignature,
  verifySignature,
} from '../events/logto-event.ts';
import { subjectsOf } from '../events/subjects-of.ts';
import type { LogtoManagementOptions } from '../logto/logto-transport.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { createReconciler, type OnReconciled } from './create-reconciler.ts';

/** The HTTP status of each code. After a 5xx, Logto since 1.43 sends the delivery again. */
const statuses = {
  WEBHOOK_SIGNATURE_MISSING: 401,
  WEBHOOK_SIGNATURE_INVALID: 401,
  WEBHOOK_MALFORMED: 400,
  WEBHOOK_TOO_LARGE: 413,
  REQUEST_TIMEOUT: 408,
  SERVER_BUSY: 503,
  SYNC_FAILED: 503,
} as const;

/** A delivery that is refused or cannot be applied. */
class WebhookProblem extends Error {
  override readonly name = 'WebhookProblem';
  readonly code: keyof typeof statuses;
  constructor(code: keyof typeof statuses, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
  toResponse(): Response {
    const status = statuses[this.code];
    return Response.json(
      { code: this.code, title: this.message, status },
      { status, headers: { 'content-type': 'application/problem+json' } },
    );
  }
}

export interface WebhookHandlerOptions {
  /** The signing key of the webhook, from Logto's console; several during key rotation. */
  readonly signingKey: string | readonly string[];
  /** Logto's Management API, from which the current state is read: a delivery only signals that something changed. */
  readonly logto: LogtoManagementOptions;
  /** Permit's API, to which the differences are written. */
  readonly permit: PermitManagementOptions;
  /** The mapping, from `defineDirectoryMapping(policy, {…})`. */
  readonly mapping: DirectoryMapping;
  /** Called to invalidate cached decisions: see `OnReconciled`. */
  readonly onReconciled?: OnReconciled;
  /** Called with the error that caused a 503. Default: `console.error`. */
  readonly onError?: (error: unknown) => void;
}

/** Limits in bytes and milliseconds. Logto's membership events can have 470 kB. */
const limits = { size: 1_048_576, total: 8_388_608, deadline: 10_000 };
const maxInFlight = 32;

/**
 * Creates the endpoint of Logto's webhook as a Web handler: `Request` in, `Response` out, for route handlers of
 * Next.js, Hono and others, on Node. It verifies the signature over the raw bytes, then makes the users and
 * organizations that the event names match their current state in Logto. So repeated, late and reordered deliveries are
 * harmless.
 *
 * Limitations: it stores nothing. When Logto or Permit is unavailable it responds with a 503, and Logto up to 1.42 does
 * not retry. Logto sends no event when the roles of a user change. A renamed or deleted role affects the whole
 * directory: the response is `{ status: 'run-needed' }`, and nothing is changed. Runs are serialized per user only
 * within a process. Schedule `latchkey sync run` nightly, or call `reconcileAll`, to correct missed deliveries and
 * concurrent writes of two processes. Latchkey's server has an inbox, retries and a sweep.
 *
 * Responses: 200 `{ status: 'reconciled' | 'ignored' | 'test' | 'run-needed' }`, or a problem document with a `code`
 * (400, 401, 408, 413, 503). It never throws.
 *
 * In Express, before any body parser, because the signature is over the raw bytes:
 *
 * ```ts
 * app.post('/webhook', express.raw({ type: () => true, limit: '1mb' }), async (request, response) => {
 *   const headers = { 'logto-signature-sha-256': request.get('logto-signature-sha-256') ?? '' };
 *   const answer = await handle(new Request('http://app', { method: 'POST', headers, body: request.body }));
 *   response.status(answer.status).type('json').send(await answer.text());
 * });
 * ```
 */
export function createWebhookHandler(
  options: WebhookHandlerOptions,
): (request: Request) => Promise<Response> {
  const { signingKey, onError = console.error } = options;
  const keys = typeof signingKey === 'string' ? [signingKey] : signingKey;
  const reconcileAllOf = createReconciler(options);
  const readBody = createBodyReader(limits);
  let inFlight = 0;

  const handle = async (event: LogtoEvent): Promise<Response> => {
    if (isTestEvent(event)) return Response.json({ status: 'test' });
    const subjects = subjectsOf(event);
    if (subjects.some(({ kind }) => kind === 'directory')) return Response.json({ status: 'run-needed' });
    await reconcileAllOf(subjects.filter((subject) => subject.kind !== 'directory'));
    return Response.json({ status: subjects.length === 0 ? 'ignored' : 'reconciled' });
  };

  return async (request) => {
    try {
      const event = await readEvent(request, keys, readBody);
      if (inFlight >= maxInFlight)
        throw new WebhookProblem('SERVER_BUSY', 'Too many deliveries are in progress. Try again.');
      inFlight += 1;
      return await handle(event).finally(() => (inFlight -= 1));
    } catch (error) {
      if (error instanceof WebhookProblem) return error.toResponse();
      onError(error);
      return new WebhookProblem('SYNC_FAILED', 'The delivery could not be applied.').toResponse();
    }
  };
}

/** Refuses a missing or malformed signature header before it reads the body. */
async function readEvent(
  request: Request,
  keys: readonly string[],
  readBody: (request: Request) => Promise<Buffer>,
): Promise<LogtoEvent> {
  const signature = request.headers.get('logto-signature-sha-256');
  if (signature === null)
    throw new WebhookProblem('WEBHOOK_SIGNATURE_MISSING', 'The delivery is not signed.');
  if (!isSignature(signature)) throw invalidSignature();
  const bytes = await readBody(request);
  if (!verifySignature(bytes, signature, keys)) throw invalidSignature();
  const event = LogtoEvent.safeParse(parseJson(bytes)).data;
  if (event === undefined)
    throw new WebhookProblem('WEBHOOK_MALFORMED', 'The body is not an event of Logto.');
  const problem = malformedPart(event);
  if (problem !== undefined) throw new WebhookProblem('WEBHOOK_MALFORMED', problem);
  return event;
}

function invalidSignature(): WebhookProblem {
  return new WebhookProblem('WEBHOOK_SIGNATURE_INVALID', 'No configured signing key matches this signature.');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

interface Body {
  received: number;
  readonly drop: () => void;
}

/**
 * Creates a function that reads a body within the size and the deadline. When all bodies together exceed the total,
 * drops the longest, so that large or slow unauthenticated bodies cannot block a delivery of a few KiB.
 */
function createBodyReader({ size, total, deadline }: typeof limits): (request: Request) => Promise<Buffer> {
  const bodies = new Set<Body>();
  const tooLarge = (): WebhookProblem =>
    new WebhookProblem('WEBHOOK_TOO_LARGE', `The body is larger than ${size} bytes.`);
  let held = 0;
  const release = (body: Body): void => {
    if (bodies.delete(body)) held -= body.received;
  };
  return async ({ headers, body: stream }) => {
    if (Number(headers.get('content-length') ?? 0) > size) throw tooLarge();
    if (stream === null) return Buffer.alloc(0);
    const reader = stream.getReader();
    let problem: WebhookProblem | undefined;
    const stop = (code: WebhookProblem['code'], message: string): void => {
      problem = new WebhookProblem(code, message);
      release(body);
      reader.cancel().catch(() => {}); // Already closed, or the client has disconnected.
    };
    const body: Body = {
      received: 0,
      drop: () => stop('SERVER_BUSY', 'Too many bodies are being read. Try again.'),
    };
    const timer = setTimeout(() => stop('REQUEST_TIMEOUT', 'The body did not arrive in time.'), deadline);
    bodies.add(body);
    try {
      const chunks: Uint8Array[] = [];
      for (;;) {
        const { done, value } = await reader.read(); // oxlint-disable-line no-await-in-loop -- a stream is read in order
        if (problem !== undefined) throw problem;
        if (done) return Buffer.concat(chunks, body.received);
        body.received += value.length;
        held += value.length;
        if (body.received > size) throw tooLarge();
        chunks.push(value);
        if (held > total) [...bodies].reduce((a, b) => (b.received > a.received ? b : a)).drop();
      }
    } finally {
      clearTimeout(timer);
      release(body);
      reader.cancel().catch(() => {}); // Already closed, or the client has disconnected.
    }
  };
}
