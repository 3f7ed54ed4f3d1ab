import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, type APIRequestContext } from '@playwright/test';

/** Sends an event to the server as Logto does, signed with the key of `.env.example`, which the tested server uses. */
export async function sendEvent(request: APIRequestContext, server: string, event: object): Promise<void> {
  const example = parseEnv(readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8'));
  const body = JSON.stringify({ createdAt: new Date().toISOString(), ...event });
  const signature = createHmac('sha256', example['LOGTO_WEBHOOK_SIGNING_KEYS'] ?? '')
    .update(body)
    .digest('hex');
  const response = await request.post(`${server}/api/webhooks/logto`, {
    headers: { 'content-type': 'application/json', 'logto-signature-sha-256': signature },
    data: Buffer.from(body),
  });
  expect(response.status()).toBe(200);
}
