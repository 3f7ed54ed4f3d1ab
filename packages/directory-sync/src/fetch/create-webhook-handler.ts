import type { PermitManagementOptions } from '@latchkey/permissions/permit';
import { isTestEvent, LogtoEvent } from '../events/logto-event.ts';
import { malformedPart } from '../events/malformed-part.ts';
import { subjectsOf } from '../events/subjects-of.ts';
import { isSignature, verifySignature } from '../events/verify-signature.ts';
import type { LogtoManagementOptions } from '../logto/logto-transport.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { createReconciler, type ReconciledSubject } from './create-reconciler.ts';
import { readBody } from './read-body.ts';
import { WebhookProblem } from './webhook-problem.ts';

/** What `createWebhookHandler` needs. */
export interface WebhookHandlerOptions {
  /** The signing key of the webhook, from Logto's console; several while a key is replaced. */
  readonly signingKey: string | readonly string[];
  /** Logto's Management API, where the present state is read: a delivery only says that something changed. */
  readonly logto: LogtoManagementOptions;
  /** Permit's API, where the difference is written. */
  readonly permit: PermitManagementOptions;
  /** From `defineDirectoryMapping(policy, {…})`. */
  readonly mapping: DirectoryMapping;
  /** Called after a user or an organization was reconciled: decisions about them that a decider remembers are old. */
  readonly onReconciled?: (subject: ReconciledSubject) => void;
  /** Called with the error behind a 503. Default: `console.error`. */
  readonly onError?: (error: unknown) => void;
}

/** Bytes and milliseconds. Membership events of Logto reach 470 kB. */
const limits = { size: 1_048_576, deadline: 10_000 };
/** Deliveries in work at most. Each holds a body of up to a megabyte. */
const maxInFlight = 32;

/**
 * The endpoint of Logto's webhook as a Web handler: `Request` in, `Response` out, for route handlers of Next.js, Hono and
 * others, on Node. It verifies the signature over the raw bytes, then makes the users and organizations that the event names
 * in Permit equal to what they are in Logto now. So repeated, late and reordered deliveries do no harm.
 *
 * What it does not promise: it keeps nothing. When Logto or Permit does not answer it responds with a 503, and Logto up to
 * 1.42 does not send again. Logto sends no event when roles of a user change, and an event about a role (renamed, deleted)
 * concerns everybody: that is answered with `{ status: 'run-needed' }`, and nothing is done. Run `latchkey sync run` by night,
 * or `reconcileAll`: it finds what deliveries missed, and what two processes did
 * to one user at the same moment: only within a process does one wait for the other. Latchkey's server has an inbox, retries and a sweep.
 *
 * Answers: 200 `{ status: 'reconciled' | 'ignored' | 'test' | 'run-needed' }`, or a problem document with a `code`
 * (400, 401, 408, 413, 503). It never throws.
 */
export function createWebhookHandler(
  options: WebhookHandlerOptions,
): (request: Request) => Promise<Response> {
  const { signingKey, onError = console.error } = options;
  const keys = typeof signingKey === 'string' ? [signingKey] : signingKey;
  const reconcileAllOf = createReconciler(options);
  let inFlight = 0;

  const handle = async (request: Request): Promise<Response> => {
    const event = await readEvent(request, keys);
    if (isTestEvent(event)) return Response.json({ status: 'test' });
    const subjects = subjectsOf(event);
    if (subjects.some(({ kind }) => kind === 'directory')) return Response.json({ status: 'run-needed' });
    await reconcileAllOf(subjects.filter((subject) => subject.kind !== 'directory'));
    return Response.json({ status: subjects.length === 0 ? 'ignored' : 'reconciled' });
  };

  return async (request) => {
    if (inFlight >= maxInFlight) {
      return new WebhookProblem('SERVER_BUSY', 'Too many deliveries are in work. Try again.').toResponse();
    }
    inFlight += 1;
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof WebhookProblem) return error.toResponse();
      onError(error);
      return new WebhookProblem('SYNC_FAILED', 'The delivery could not be applied.').toResponse();
    } finally {
      inFlight -= 1;
    }
  };
}

/** A stranger is refused by the signature's header, before the body is read. @throws {WebhookProblem} */
async function readEvent(request: Request, keys: readonly string[]): Promise<LogtoEvent> {
  const signature = request.headers.get('logto-signature-sha-256');
  if (signature === null)
    throw new WebhookProblem('WEBHOOK_SIGNATURE_MISSING', 'The delivery is not signed.');
  if (!isSignature(signature)) throw invalidSignature();
  const bytes = await readBody(request, limits);
  if (!verifySignature(bytes, signature, keys)) throw invalidSignature();
  const event = LogtoEvent.safeParse(parseJson(bytes)).data;
  if (event === undefined)
    throw new WebhookProblem('WEBHOOK_MALFORMED', 'The body is not an event of Logto.');
  const problem = malformedPart(event);
  if (problem !== undefined) throw new WebhookProblem('WEBHOOK_MALFORMED', problem);
  return event;
}

function invalidSignature(): WebhookProblem {
  return new WebhookProblem('WEBHOOK_SIGNATURE_INVALID', 'No configured signing key made this signature.');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
