import { createHmac } from 'node:crypto';
import { Client } from 'pg';

/** Signs the deliveries of `deliver`. */
export const signingKey = 'load-signing-key-00000000000000000000';

/** Sends a signed delivery that changes nothing. Resolves to whether it was acknowledged. */
export function deliver(url: string, nonce: string): Promise<boolean> {
  const body = JSON.stringify({ createdAt: new Date().toISOString(), event: 'Identifier.Lockout', nonce });
  const headers = { 'logto-signature-sha-256': createHmac('sha256', signingKey).update(body).digest('hex') };
  return fetch(`${url}/api/webhooks/logto`, { method: 'POST', headers, body }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Uses a separate connection. */
export async function query<Row extends object>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The number of these deliveries without a row. */
export async function countMissing(url: string, nonces: readonly string[]): Promise<number> {
  const rows = await query<{ nonce: string }>(
    url,
    `select body::json->>'nonce' as nonce from webhook_deliveries where event = 'Identifier.Lockout'`,
  );
  const stored = new Set(rows.map(({ nonce }) => nonce));
  return nonces.filter((nonce) => !stored.has(nonce)).length;
}
