import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds that a visitor waits at most, on the way back from Logto. */
const patience = 5_000;

/** How the handler of the webhook is called. */
export interface Webhook {
  readonly handle: (request: Request) => Promise<Response>;
  readonly url: string;
  readonly signingKey: string;
}

/**
 * Tells the webhook's handler that a user has signed in, as Logto does with `PostSignIn`: their roles are then in Permit when
 * they see the first page, although Logto's own delivery is late, was lost, or cannot reach a machine of development.
 * It never rejects: without an answer the visitor goes on with the roles that Permit has.
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
    console.error(`The roles of who signed in were not read from Logto: ${outcome}.`);
}
