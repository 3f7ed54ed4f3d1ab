import { LogtoEvent } from '@latchkey/directory-sync';
import { raw, Router, type Request, type Response } from 'express';
import { AppError } from '../app-error.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { requireFresh, type Freshness } from './freshness.ts';
import { verifySignature } from './verify-signature.ts';

/** Membership events reach 470 kB (each side of a change is capped at 5,000 ids). */
const bodyLimit = '1mb';

/**
 * Logto's deliveries: verified over the raw bytes, stored, answered. Nothing else happens in the request, since Logto up
 * to 1.42 sends once and waits 10 s. A body is read only to know that it is an event; its work is done from the inbox.
 */
export function logtoWebhook({
  inbox,
  signingKeys,
  freshness,
}: {
  readonly inbox: Inbox;
  readonly signingKeys: readonly string[];
  readonly freshness?: Freshness | undefined;
}): Router {
  const receive = async (request: Request, response: Response): Promise<void> => {
    const signature = request.get('logto-signature-sha-256');
    if (signature === undefined)
      throw new AppError('WEBHOOK_SIGNATURE_MISSING', 'The delivery is not signed.');
    const body: unknown = request.body;
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    if (!verifySignature(bytes, signature, signingKeys)) {
      throw new AppError('WEBHOOK_SIGNATURE_INVALID', 'No configured signing key made this signature.');
    }
    const event = parse(bytes);
    if (freshness !== undefined) requireFresh(event.createdAt, freshness);
    const answer = JSON.stringify({ status: await inbox.receive(bytes, event) });
    // Not by Express: nobody asks for the ETag that it would make of every answer.
    response.setHeader('content-type', 'application/json').end(answer);
  };
  return Router().post('/', raw({ type: () => true, limit: bodyLimit, inflate: false }), receive);
}

function parse(body: Buffer): LogtoEvent {
  try {
    return LogtoEvent.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new AppError('WEBHOOK_MALFORMED', 'The body is not an event of Logto.', { cause });
  }
}
