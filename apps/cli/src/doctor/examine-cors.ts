import { request } from '../http/request.ts';
import type { DoctorEnv } from './environment.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

const check = verdictsOf('Logto CORS');

/**
 * Checks that the console may fetch a token from Logto. Sends a request that Logto refuses, as a browser would from the
 * console, and checks whether the browser would expose the response to the page.
 */
export async function examineCors(
  { LOGTO_APP_ID: id, CONSOLE_URL: origin }: DoctorEnv,
  endpoint: string,
): Promise<Verdict> {
  if (id === undefined || origin === undefined) {
    return check.skipped(
      'Where people open the console, or its application, is not known.',
      'Set CONSOLE_URL and LOGTO_APP_ID.',
    );
  }
  const response = await request(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: id,
      grant_type: 'refresh_token',
      refresh_token: 'latchkey-doctor',
    }).toString(),
  });
  if (typeof response === 'string')
    return check.failed(`Logto's token endpoint does not answer: ${response}.`, 'Check the network.');
  const allowed = response.headers.get('access-control-allow-origin');
  if (allowed === '*' || allowed === origin) return check.ok(`pages of ${origin} can request tokens.`);
  return check.failed(
    `Pages of ${origin} cannot request tokens from Logto: users return from the sign-in page, and are not signed in.`,
    "Logto allows the origins of the application's redirect URIs and its CORS allowed origins: latchkey doctor --fix adds the redirect URI; or let the proxy before Logto pass its headers.",
  );
}
