import * as fc from 'fast-check';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import { testAudience, type TestIssuer } from '../test-issuer.ts';
import { request, type HostileMeans, type HostileRequest, anyText, one, value } from './hostile-values.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const own = (part: string): object => Object(JSON.parse(Buffer.from(part, 'base64url').toString()));
const more = (base: object, changes: fc.Arbitrary<object>) =>
  changes.map((some) => encode({ ...base, ...some }));

function tokens({ viewer, signed, canary }: HostileMeans): fc.Arbitrary<string> {
  const [head = '', claims = '', signature = ''] = viewer.split('.');
  const header = more(
    own(head),
    fc.record(
      {
        alg: one<unknown>('none', 'NONE', 'HS256', 'ES384', 'RS256', 'PS256', 'ES256K', '', null, 7, [
          'ES384',
        ]),
        kid: one<unknown>(
          'key-1',
          'unknown',
          '../../dev/null',
          '',
          null,
          '\u0000',
          "' or 1=1 --",
          'x'.repeat(2_000),
        ),
        typ: one<unknown>('at+jwt', 'JWT', 'AT+JWT\u0000', null),
        jku: one(`${canary}/jwks`),
        x5u: one(`${canary}/x5u`),
        jwk: one<unknown>({ kty: 'oct', k: 'AAAA' }, { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' }),
        crit: one<unknown>(['b64'], ['exp'], [], 'b64'),
        b64: one(false),
        zip: one('DEF'),
      },
      { requiredKeys: [] },
    ),
  );
  const payload = more(
    own(claims),
    fc.record(
      {
        sub: fc.oneof(one<unknown>('admin', '', null, ['admin'], '__proto__'), fc.string()),
        iss: one<unknown>(canary, `${canary}/oidc`, '', null, {}),
        aud: one<unknown>('other', [], ['other', null], {}, '*'),
        exp: one<unknown>(0, -1, 1e308, 'never', null, Number.MAX_SAFE_INTEGER),
        iat: one<unknown>(1e308, 'now', null),
        organization_id: fc.oneof(one<unknown>('', null, '../default', '__proto__', []), fc.string()),
        nested: value,
        // Ensures that no generated token equals the viewer's own.
        jti: fc.uuid(),
      },
      { requiredKeys: ['jti'] },
    ),
  );
  const forged = fc
    .tuple(fc.oneof(header, one(head)), payload, one(signature, '', 'AAAA', 'A'.repeat(128)))
    .map((parts) => parts.join('.'));
  return fc.oneof(
    forged,
    one(...signed),
    forged.map((token) => `${token}.x.y`),
    fc.integer({ min: 1, max: viewer.length - 1 }).map((length) => viewer.slice(0, length)),
    fc.integer({ min: 1, max: 30 }).map((times) => 'eyJ'.repeat(times * 300)),
    anyText.map((junk) => `${viewer}${junk.replaceAll(/[\r\n\t ]/g, '!')}!`),
  );
}

/** Calls with forged, damaged, misused or multiple tokens. */
export function tokenRequests(means: HostileMeans): fc.Arbitrary<HostileRequest> {
  const scheme = one('Bearer ', 'bearer ', 'Bearer', 'Bearer  ', 'Basic ', 'DPoP ', 'Bearer Bearer ');
  const path = one('/api/trpc/session.me', '/api/reports/export?format=csv', '/api/trpc/members.list');
  return fc
    .tuple(scheme, tokens(means), path, one('none', 'before', 'list'))
    .map(([word, token, to, shape]) => {
      const forged = `authorization: ${word}${token}`;
      const headers = {
        none: [forged],
        // The server reads only the first of two headers.
        before: [`authorization: Bearer forged`, `authorization: Bearer ${means.viewer}`],
        list: [`authorization: Bearer ${means.viewer}, ${forged}`],
      }[shape];
      return { kind: 'token', bytes: request(`GET ${to}`, headers ?? []), isKnown: false, isCutOff: false };
    });
}

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) });

/**
 * Signs tokens that must be refused although their signatures are valid: signed with a key that the token contains, or
 * with the issuer's public key as a secret; issued for another audience, or expired.
 */
export async function signInVain(issuer: TestIssuer): Promise<readonly string[]> {
  const { publicKey, privateKey } = await generateKeyPair('ES384');
  const jwk = await exportJWK(publicKey);
  const { keys } = Keys.parse(await (await fetch(issuer.jwksUrl)).json());
  const [published] = keys;
  const { kid } = published ?? {};
  const imported = await importJWK(published as JWK, 'ES384'); // oxlint-disable-line typescript/no-unsafe-type-assertion -- parsed above
  const pem = imported instanceof Uint8Array ? '' : await exportSPKI(imported);
  const asSecret = [pem, JSON.stringify(published)].map(async (secret) =>
    new SignJWT({ sub: 'viewer', iss: issuer.issuer, aud: testAudience, client_id: 'spa' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: kid ?? '' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret)),
  );
  const claims = { sub: 'viewer' };
  return Promise.all([
    ...asSecret,
    issuer.sign(claims, { key: privateKey }),
    issuer.sign(claims, { key: privateKey, header: { jwk } }),
    issuer.sign(claims, { key: privateKey, header: { kid: 'unknown', jwk } }),
    issuer.sign({ ...claims, aud: 'https://other.example' }),
    issuer.sign({ ...claims, iss: 'https://other.example/oidc' }),
    issuer.sign({ ...claims, exp: 1 }),
    issuer.sign(claims, { header: { typ: 'JWT' } }),
    issuer.sign({ ...claims, nbf: 4_102_444_800 }),
  ]);
}
