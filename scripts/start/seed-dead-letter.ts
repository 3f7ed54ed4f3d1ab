import { call, managementToken, pollUntil } from './http.ts';
import type { Settings } from './settings.ts';

/**
 * Creates a user in Logto while Permit refuses one change, so that directory sync gives up on the delivery: the console
 * shows why, and a replay creates the user in Permit.
 */
export async function seedDeadLetter(
  { logto, permit }: Pick<Settings, 'logto' | 'permit'>,
  signal: AbortSignal,
): Promise<void> {
  const faults = `${permit.apiUrl}/_emulator/faults`;
  await call(faults, {
    body: {
      method: 'POST',
      path: '/v2/facts/*',
      status: 422,
      body: { message: 'The value of an attribute is not allowed.' },
      count: 1,
    },
  });
  try {
    await call(`${logto.endpoint}/api/users`, {
      token: await managementToken(logto.endpoint),
      body: {
        username: 'tomasz',
        primaryEmail: 'tomasz.zielinski@latchkey.example',
        name: 'Tomasz Zieliński',
      },
    });
    // The fault affects one call only.
    await pollUntil(async () => {
      const left: unknown = await (await fetch(faults)).json();
      return Array.isArray(left) && left.length === 0;
    }, signal);
  } finally {
    await fetch(faults, { method: 'DELETE' });
  }
}
