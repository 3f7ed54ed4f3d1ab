import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { start } from './start.ts';

const text = z.string();
const exchange = z.object({
  name: text,
  method: text,
  path: text,
  headers: z.record(text, text).default({}),
  json: z.unknown().optional(),
  form: z.record(text, text).optional(),
  body: text.optional(),
  learns: text.optional(),
  signsIn: text.optional(),
  /** Absent where only the effect of the request matters. */
  answer: z
    .object({ status: z.number(), headers: z.record(text, text), body: z.unknown().optional() })
    .optional(),
});
type Exchange = z.output<typeof exchange>;
const lines = readFileSync(join(import.meta.dirname, 'testing/recorded/logto-answers.jsonl'), 'utf8').trim();
const exchanges = lines
  .split('\n')
  .slice(1)
  .map((line) => exchange.parse(JSON.parse(line)));

/** Answers that differ, and why. Remove an entry when its difference is gone. */
const known: Readonly<Record<string, string>> = {
  'role list all': 'the role of the Management API has a fixed id',
  userinfo: 'signIn() asks for the scope `phone`, too',
  swagger: 'only the version of the format was recorded',
};

/** Sorted by ids, which are random. */
const sortedById = new Set(['org users']);
const users = z.array(z.looseObject({ username: text }));

function inOneOrder(name: string, answer: unknown): unknown {
  if (!sortedById.has(name)) return answer;
  const body = users.parse(Object(answer).body).toSorted((a, b) => (a.username < b.username ? -1 : 1));
  return { ...Object(answer), body };
}

const machine = { id: 'fidelitym2m0000000001', secret: 'fidelitySecret0000000000000000001' };
const compared = [
  'content-type',
  'location',
  'total-number',
  'link',
  'access-control-allow-origin',
  'www-authenticate',
  'allow',
  'cache-control',
  'vary',
  'etag',
];

const values = new Map<string, string>();

const logto = await start({
  seed: {
    applications: [{ ...machine, name: 'fidelity m2m', type: 'MachineToMachine', managementApi: true }],
  },
});
values.set('m2m', machine.id).set('m2mSecret', machine.secret);
values.set('basic', Buffer.from(`${machine.id}:${machine.secret}`).toString('base64'));
afterAll(() => logto.close());

/** Tokens are requested on first use. */
async function valueOf(name: string): Promise<string> {
  if (!values.has(name)) values.set(name, await tokenFor(name));
  return values.get(name) ?? '';
}

async function tokenFor(name: string): Promise<string> {
  if (name === 'management') return logto.managementToken();
  const app = values.get('spa');
  if (name === 'opaque') return (await logto.signIn('ada', { app, scopes: ['custom_data'] })).accessToken;
  if (name === 'jwt')
    return (await logto.signIn('ada', { app, resource: 'https://api.fidelity.example' })).accessToken;
  const response = await fetch(`${logto.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: machine.id,
      client_secret: machine.secret,
      resource: logto.managementApi.resource,
    }),
  });
  return String(Object(await response.json()).access_token);
}

async function filled(template: string): Promise<string> {
  let result = template;
  for (const [placeholder, name = ''] of template.matchAll(/\{(\w+)\}/g))
    result = result.replaceAll(placeholder, await valueOf(name)); // oxlint-disable-line no-await-in-loop -- few
  return result;
}

/** A week in milliseconds. The recorded expiry times have passed, so requests use later ones. */
const week = 604_800_000;

function withTimesAhead(json: unknown): string {
  return JSON.stringify(json, (key, value: unknown) =>
    key === 'expiresAt' && typeof value === 'number' ? Date.now() + week : value,
  );
}

async function ask({ method, path, headers, json, form, body, learns }: Exchange) {
  const sent = json === undefined ? body : await filled(withTimesAhead(json));
  const fields =
    form === undefined ? undefined : new URLSearchParams(JSON.parse(await filled(JSON.stringify(form))));
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(logto.url + (await filled(path)), {
    method,
    redirect: 'manual',
    headers: { ...type, ...JSON.parse(await filled(JSON.stringify(headers))) },
    ...(method === 'GET' ? {} : { body: fields ?? sent ?? null }),
  });
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const parsed: unknown = isJson ? JSON.parse(answer) : /<html|<!doctype/i.test(answer) ? '<html>' : answer;
  if (learns !== undefined) values.set(learns, String(Object([parsed].flat()[0]).id));

  const names = new Map([...values].map(([name, value]) => [value, `{${name}}`]));
  names.set(logto.url, '<ORIGIN>');
  const shown = compared.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, name === 'etag' ? '<etag>' : normalized(value, names)]];
  });
  const content = parsed === '' ? {} : { body: normalized(parsed, names) };
  return { status: response.status, headers: Object.fromEntries(shown), ...content };
}

/** A known difference may be any other answer. */
function expectedOf({ name, answer }: Exchange, actual: unknown): unknown {
  if (answer === undefined) return actual;
  const expected = inOneOrder(name, answer);
  if (known[name] === undefined) return expected;
  return isDeepStrictEqual(actual, expected) ? 'a difference: remove it from `known`' : actual;
}

test.each(exchanges)('$name', async (recorded) => {
  if (recorded.signsIn !== undefined) await logto.signIn(recorded.signsIn, { app: values.get('spa') });
  const actual = inOneOrder(recorded.name, await ask(recorded));
  expect(actual).toEqual(expectedOf(recorded, actual));
});

type Names = ReadonlyMap<string, string>;

const varying = new Set(['jti', 'sid', 'kid', 'at_hash', 'nonce', 'x', 'y', 'uid', 'sessionId']);

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^[\w-]{43}$/, '<opaque43>'],
  [/^(?=.*\d)[a-z0-9]{12}$/, '<id12>'],
  [/^[a-z0-9]{21}$/, '<id21>'],
  [/^[A-Za-z0-9]{32}$/, '<alnum32>'],
  [/^[0-9a-f]{8}-.*/, '<uuid>'],
];

function normalText(text: string, key: string, names: Names): unknown {
  if (/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/.test(text)) {
    const inner = (value: unknown): unknown => normalized(value, names);
    return { jwtHeader: inner(decodeProtectedHeader(text)), jwtClaims: inner(decodeJwt(text)) };
  }
  let result = text;
  for (const [value, name] of [...names].toSorted(([a], [b]) => b.length - a.length))
    result = result.replaceAll(value, name).replaceAll(encodeURIComponent(value), name);
  result = result.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<iso>');
  if (varying.has(key)) return `<${key}:${result.length}>`;
  if (key === 'signingKey') return `<signingKey:${result.length}>`;
  // Decided by the name of the field, because a random id without digits looks like a word.
  if (/^(id|.*Id)$/.test(key) && /^[a-z0-9]{12}$/.test(result)) return '<id12>';
  const [, name] = patterns.find(([pattern]) => pattern.test(result)) ?? [];
  return (
    name ??
    result.replace(/code=[\w-]{43}/, 'code=<code>').replace(/\/oidc\/auth\/[\w-]{43}/, '/oidc/auth/<uid>')
  );
}

/** Replaces what differs from run to run by names, as in the recorded answers. */
function normalized(value: unknown, names: Names, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normalized(item, names, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        String(normalText(name, '', names)),
        normalized(item, names, name),
      ]),
    );
  }
  if (typeof value === 'number') {
    if (value > 1.6e12 && value < 2.2e12) return '<ms>';
    return value > 1.6e9 && value < 2.2e9 ? '<s>' : value;
  }
  return typeof value === 'string' ? normalText(value, key, names) : value;
}
