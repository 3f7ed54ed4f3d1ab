import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/** The maximum number of milliseconds that a sign-in waits for the handler. */
const patience = 5_000;

/** How to call the webhook handler. */
export interface Webhook {
  readonly handle: (request: Request) => Promise<Response>;
  readonly url: string;
  readonly signingKey: string;
}

/**
 * Sends a `PostSignIn` delivery to the webhook handler, as Logto does, so that the user's roles are in Permit for their
 * first page, even if Logto's delivery is late, lost, or cannot reach a development machine. Never rejects: on a
 * failure the visitor continues with the roles that are in Permit.
 */
export async function reportSignIn(userId: string, { handle, url, signingKey }: Webhook): Promise<void> {
  const body = JSON.stringify({ event: 'PostSignIn', createdAt: new Date().toISOString(), userId });
  const signature = createHmac('sha256', signingKey).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'logto-signature-sha-256': signature };
  const applied = async (): Promise<string> => {
    try {
      return `status ${(await handle(new Request(url, { method: 'POST', headers, body }))).status}`;
    } catch (error) {
      return error instanceof Error ? error.name : 'unknown';
    }
  };
  const abort = new AbortController();
  const outcome = await Promise.race([applied(), wait(patience, 'no answer yet', { signal: abort.signal })]);
  abort.abort();
  if (outcome !== 'status 200')
    console.error(`The user's roles were not read from Logto at sign-in: ${outcome}.`);
}
