import { z } from 'zod';
import { request } from '../http/request.ts';
import { requestMachineToken } from '../server/machine-token.ts';
import type { DoctorEnv } from '../env.ts';
import { examineManagement } from './examine-management.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Key = z.looseObject({
  kty: z.string(),
  crv: z.string().optional(),
  alg: z.string().optional(),
  kid: z.string().optional(),
});
const KeySet = z.object({ keys: z.array(Key).min(1) });

/** The algorithms that the server accepts in access tokens. */
const accepted = new Set(['ES256', 'ES384', 'ES512', 'RS256', 'PS256']);
const byCurve: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

/** Logto publishes RSA keys without `alg`. */
function algorithmOf({ kty, crv = '', alg }: z.output<typeof Key>): string {
  return alg ?? (kty === 'RSA' ? 'RS256' : (byCurve[crv] ?? `${kty} ${crv}`));
}

export async function examineLogto(env: DoctorEnv): Promise<Verdict[]> {
  const { LOGTO_ENDPOINT: endpoint } = env;
  if (endpoint === undefined) {
    return [
      verdictsOf('Logto').skipped(
        'LOGTO_ENDPOINT is not set.',
        'Set it to https://<tenant>.logto.app, or where Logto answers.',
      ),
    ];
  }
  const check = verdictsOf('Logto discovery');
  const url = `${endpoint}/oidc/.well-known/openid-configuration`;
  const response = await request(url);
  if (typeof response === 'string') {
    return [
      check.failed(`${endpoint} does not answer: ${response}.`, 'Check LOGTO_ENDPOINT and the network.'),
    ];
  }
  const discovery = Discovery.safeParse(response.body);
  if (response.status !== 200 || !discovery.success) {
    return [
      check.failed(
        `${url} answered ${response.status}, not discovery.`,
        "Check that LOGTO_ENDPOINT is Logto's address, without a path.",
      ),
    ];
  }
  const { issuer, jwks_uri: keys } = discovery.data;
  const ofIssuer =
    issuer === `${endpoint}/oidc`
      ? check.ok(`issuer ${issuer}.`)
      : check.failed(
          `The issuer is ${issuer}, but tokens are expected from ${endpoint}/oidc.`,
          "Set LOGTO_ENDPOINT to the issuer's address.",
        );
  return [
    ofIssuer,
    examineClock(response.headers.get('date')),
    await examineKeys(keys),
    await examineResource(env, endpoint),
    await examineCors(env, endpoint),
    ...(await examineManagement(env)),
  ];
}

/** Allowed clock skew in seconds: the server allows five, and this comparison adds rounding and network latency. */
const clockTolerance = 10;

/** Logto's `date` header has whole seconds. */
function examineClock(date: string | null): Verdict {
  const check = verdictsOf('Clock');
  const there = Date.parse(date ?? '');
  if (Number.isNaN(there))
    return check.skipped('Logto does not send its time.', 'Compare the clocks yourself.');
  const difference = Math.round((Date.now() - there) / 1000);
  if (Math.abs(difference) <= clockTolerance) return check.ok("the same as Logto's.");
  return check.failed(
    `This machine's clock is ${Math.abs(difference)} s ${difference > 0 ? 'ahead of' : 'behind'} Logto's: tokens seem expired or not valid yet.`,
    'Synchronize both clocks by NTP. If the server runs elsewhere, check its clock too.',
  );
}

async function examineKeys(url: string): Promise<Verdict> {
  const check = verdictsOf('Logto signing keys');
  const response = await request(url);
  const keys = typeof response === 'string' ? undefined : KeySet.safeParse(response.body).data?.keys;
  if (keys === undefined)
    return check.failed(
      `${url} returns no keys.`,
      'Check the network: without keys no token can be verified.',
    );
  const unusable = keys.filter((key) => !accepted.has(algorithmOf(key)));
  if (unusable.length === 0)
    return check.ok(`${keys.length}, ${[...new Set(keys.map(algorithmOf))].join(', ')}.`);
  const named = unusable.map((key) => `${key.kid ?? 'without an id'} (${algorithmOf(key)})`).join(', ');
  return check.failed(
    `The server cannot verify tokens that are signed with the key ${named}.`,
    `In Logto, rotate to a key for one of ${[...accepted].join(', ')}.`,
  );
}

async function examineResource(env: DoctorEnv, endpoint: string): Promise<Verdict> {
  const check = verdictsOf('Logto API resource');
  const { LOGTO_API_RESOURCE: resource, LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: appSecret } = env;
  if (resource === undefined) {
    return check.skipped(
      'LOGTO_API_RESOURCE is not set.',
      "Set it to the API resource's indicator in Logto's console.",
    );
  }
  if (appId === undefined || appSecret === undefined) {
    return check.skipped(
      'This check needs a machine-to-machine application.',
      'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
    );
  }
  try {
    await requestMachineToken({ endpoint, appId, appSecret, resource });
    return check.ok(`tokens for ${resource}.`);
  } catch (error) {
    return check.failedBy(error);
  }
}

const corsCheck = verdictsOf('Logto CORS');

/** Sends a page's token request, which Logto refuses, and checks the CORS header of the response. */
async function examineCors(
  { LOGTO_APP_ID: id, CONSOLE_URL: origin }: DoctorEnv,
  endpoint: string,
): Promise<Verdict> {
  if (id === undefined || origin === undefined) {
    return corsCheck.skipped(
      'The address or the application of the console is unknown.',
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
    return corsCheck.failed(`Logto's token endpoint does not answer: ${response}.`, 'Check the network.');
  const allowed = response.headers.get('access-control-allow-origin');
  if (allowed === '*' || allowed === origin) return corsCheck.ok(`pages of ${origin} can request tokens.`);
  return corsCheck.failed(
    `Pages of ${origin} cannot request tokens from Logto: users return from the sign-in page without being signed in.`,
    "Logto allows the origins of the application's redirect URIs and its CORS allowed origins: run latchkey doctor --fix to add the redirect URI, or make the proxy in front of Logto pass its headers.",
  );
}
