import { lookUntil } from './look-until.ts';
import { MACHINE_APP } from './seed-machine-app.ts';
import { postJson } from './post-json.ts';
import type { Settings } from './settings.ts';

/**
 * Creates a user in Logto while Permit refuses one change, so that directory sync gives up on the delivery: the console
 * shows why, and a replay creates the user in Permit.
 */
export async function seedDeadLetter({ logto, permit }: Pick<Settings, 'logto' | 'permit'>): Promise<void> {
  const faults = `${permit.apiUrl}/_emulator/faults`;
  await postJson(faults, {
    body: {
      method: 'POST',
      path: '/v2/facts/*',
      status: 422,
      body: { message: 'The value of an attribute is not allowed.' },
      count: 1,
    },
  });
  try {
    await postJson(`${logto.endpoint}/api/users`, {
      token: await managementToken(logto.endpoint),
      body: {
        username: 'tomasz',
        primaryEmail: 'tomasz.zielinski@latchkey.example',
        name: 'Tomasz Zieliński',
      },
    });
    await untilNone(faults);
  } finally {
    await fetch(faults, { method: 'DELETE' });
  }
}

async function managementToken(endpoint: string): Promise<string> {
  const response = await fetch(`${endpoint}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: MACHINE_APP.id,
      client_secret: MACHINE_APP.secret,
      resource: 'https://default.logto.app/api',
      scope: 'all',
    }),
  });
  return String(Object(await response.json()).access_token);
}

/** The fault affects one call only. */
function untilNone(faults: string): Promise<void> {
  return lookUntil(async () => {
    const left: unknown = await (await fetch(faults)).json();
    return Array.isArray(left) && left.length === 0;
  }, 'Permit was not asked to create the user.');
}
