import { LogtoEvent } from '@latchkey/directory-sync';
import { raw, Router, type Request, type Response } from 'express';
import { AppError } from '../../../app-error.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { requireFresh, type Freshness } from './freshness.ts';
import { verifySignature } from './verify-signature.ts';

/** Membership events reach 470 kB: Logto caps each side of a change at 5,000 ids. */
const bodyLimit = '1mb';

/**
 * `POST /api/webhooks/logto`: verifies a delivery over its raw bytes, stores it, answers. Nothing else happens in the
 * request, because Logto up to 1.42 sends once and waits 10 s. The worker reads the event from the inbox.
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
    // Not `response.json`: Express would compute an ETag for every answer.
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
