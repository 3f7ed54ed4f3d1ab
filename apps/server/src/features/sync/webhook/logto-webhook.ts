import { isSignature, LogtoEvent, malformedPart, verifySignature } from '@latchkey/directory-sync';
import { developmentSigningKey, isEmulator } from '@latchkey/environment';
import { isTooDeep } from '@latchkey/permissions';
import { Router, type Request, type Response } from 'express';
import { AppError } from '../../../platform/app-error.ts';
import { addressOf } from '../../../platform/http/limits/rate-limits.ts';
import type { RateLimit } from '../../../platform/http/limits/rate-limit.ts';
import { createBodiesInFlight, readBody } from '../../../platform/http/read-body.ts';
import type { Inbox } from '../inbox/inbox.ts';

/** Milliseconds. */
const remembered = 10_000;

/**
 * Returns the keys that may sign a delivery now. The emulator's key is public, so it is accepted only while an emulator
 * answers at Logto's URL: a real Logto on the same machine has the same kind of URL.
 */
export function createSigningKeys(
  keys: readonly string[],
  logtoEndpoint: string,
): () => Promise<readonly string[]> {
  if (!keys.includes(developmentSigningKey)) return async () => keys;
  const own = keys.filter((key) => key !== developmentSigningKey);
  let answer: Promise<boolean> | undefined;
  let askedAt = 0;
  return async () => {
    if (answer === undefined || performance.now() - askedAt > remembered) {
      askedAt = performance.now();
      answer = isEmulator(logtoEndpoint);
    }
    return (await answer) ? keys : own;
  };
}

/**
 * In bytes. Membership events reach 470 kB: Logto caps each side of a change at 5,000 ids. `suspectsInFlight` is for
 * addresses that have used up their limit of wrong signatures.
 */
const limits = {
  body: 1_048_576,
  bodiesInFlight: 8_388_608,
  suspectsInFlight: 2_097_152,
};

export interface LogtoWebhookDeps {
  readonly inbox: Inbox;
  readonly signingKeys: () => Promise<readonly string[]>;
  readonly freshness?: Freshness | undefined;
  /** Limits deliveries with a wrong signature. Genuine deliveries are always accepted. Default: no limit. */
  readonly limit?: RateLimit;
  /** Called if a well-formed signature matches no key: the configured key may be wrong. */
  readonly onWrongSignature?: () => void;
}

/**
 * `POST /api/webhooks/logto`: verifies a delivery over its raw bytes, stores it, and responds. Does nothing else,
 * because Logto up to 1.42 sends a delivery only once and waits 10 s. Without a well-formed signature header, the body
 * is not read.
 */
export function logtoWebhook({
  inbox,
  signingKeys,
  freshness,
  limit,
  onWrongSignature = () => {},
}: LogtoWebhookDeps): Router {
  const bodies = createBodiesInFlight(limits.bodiesInFlight);
  // The bodies of suspects are read too, because only the body shows whether a delivery is genuine, and Logto would not
  // send it again. This limit bounds the memory that a flood takes.
  const bodiesOfSuspects = createBodiesInFlight(limits.suspectsInFlight);
  const receive = async (request: Request, response: Response): Promise<void> => {
    const signature = request.get('logto-signature-sha-256');
    if (signature === undefined)
      throw new AppError('WEBHOOK_SIGNATURE_MISSING', 'The delivery is not signed.');
    if (!isSignature(signature)) throw invalidSignature();
    const address = addressOf(request);
    const isSuspect = (await limit?.isUsedUp(address)) === true;
    const bytes = await readBody(request, {
      limit: limits.body,
      tooLarge: 'WEBHOOK_TOO_LARGE',
      bodies: isSuspect ? bodiesOfSuspects : bodies,
    });
    if (!verifySignature(bytes, signature, await signingKeys())) {
      onWrongSignature();
      await limit?.consume(address, response);
      throw invalidSignature();
    }
    const event = parse(bytes);
    if (freshness !== undefined) requireFresh(event.createdAt, freshness);
    const answer = JSON.stringify({ status: await inbox.receive(bytes, event) });
    // Not sent with `response.json`, because Express would compute an ETag for every response.
    response.setHeader('content-type', 'application/json').end(answer);
  };
  return Router().post('/', receive);
}

function invalidSignature(): AppError {
  return new AppError('WEBHOOK_SIGNATURE_INVALID', 'No configured signing key matches this signature.');
}

function parse(body: Buffer): LogtoEvent {
  let event: LogtoEvent;
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    event = LogtoEvent.parse(isTooDeep(json) ? undefined : json);
  } catch {
    throw new AppError('WEBHOOK_MALFORMED', 'The body is not an event of Logto.');
  }
  const problem = malformedPart(event);
  if (problem !== undefined) throw new AppError('WEBHOOK_MALFORMED', problem);
  return event;
}

/** Milliseconds that an event's `createdAt` may lie before and after the current time. `env.ts` has the defaults. */
export interface Freshness {
  readonly past: number;
  readonly future: number;
}

/**
 * Logto signs neither a time nor a delivery id, so only the event's own time can reveal a replay.
 * @throws {AppError} `WEBHOOK_STALE`; `WEBHOOK_MALFORMED` when `createdAt` is not a time
 * @internal exported for tests
 */
export function requireFresh(createdAt: string, { past, future }: Freshness, now = Date.now()): void {
  const at = Date.parse(createdAt);
  if (Number.isNaN(at)) throw new AppError('WEBHOOK_MALFORMED', 'The event has no creation time.');
  if (at < now - past || at > now + future) {
    throw new AppError('WEBHOOK_STALE', 'The event was created too long ago, or in the future.');
  }
}
