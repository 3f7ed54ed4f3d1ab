import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { listen } from '@latchkey/emulator-kit';
import { afterAll, expect, test } from 'vitest';
import { start } from '../start.ts';
import { authorization, createBrowser } from '../testing/browser.ts';
import { manager, seed } from '../testing/fixtures.ts';

const cimd = { userScopes: ['profile' as const] };
const logto = await start({ seed: { ...seed, cimd }, loopbackDocuments: true });
const closed = await start({ seed: { ...seed, cimd } });

/** By path. */
const answers = new Map<string, RequestListener>();
const requests: string[] = [];
const serve: RequestListener = (request, response) => {
  const path = request.url ?? '';
  requests.push(path);
  answers.get(path)?.(request, response);
};
const site = await listen(serve, { port: 0 });
afterAll(() => Promise.all([logto.close(), closed.close(), site.close()]));

const local = `https://localhost:${site.port}`;
const redirectUri = 'https://client.example/callback';
let documents = 0;

/** Documents are cached, so each has its own address. */
function publish(
  fields: Record<string, unknown> = {},
  { origin = local, path = `/${documents++}.json` }: { origin?: string; path?: string } = {},
): string {
  const document = {
    client_id: origin + path,
    client_name: 'Editor',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    ...fields,
  };
  answers.set(path, (_, response) => void response.end(JSON.stringify(document)));
  return origin + path;
}

async function authorize(clientId: string, uri = redirectUri, endpoint = logto.url) {
  const client = { endpoint, clientId, redirectUri: uri };
  const page = await createBrowser(endpoint).open(authorization(client, { scope: 'openid profile' }).url);
  const body: Record<string, unknown> = page.status === 200 ? {} : JSON.parse(page.text);
  return { status: page.status, error: body['error'], description: body['error_description'] };
}

const accepted = { status: 200 };
const refused = { status: 400, error: 'invalid_client' };
const invalid = { status: 400, error: 'invalid_client_metadata' };
const wrongUri = { status: 400, error: 'invalid_redirect_uri' };

test('a document makes a client, whatever scopes and grants it declares', async () => {
  expect(await authorize(publish())).toMatchObject(accepted);
  const ignored = { scope: 'everything', grant_types: ['client_credentials'], response_types: ['token'] };
  expect(await authorize(publish(ignored))).toMatchObject(accepted);
});

test.each([
  ['names another client', { client_id: 'https://client.example/other.json' }],
  ['has a secret', { client_secret: 'secret' }],
  ['authenticates with a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
  ['sets metadata of Logto', { alwaysIssueRefreshToken: true }],
  [
    'wants ID tokens signed with a key that the tenant does not have',
    { id_token_signed_response_alg: 'RS256' },
  ],
  ['has a logo over HTTP', { logo_uri: 'http://client.example/logo.png' }],
])('refuses a document that %s', async (_, fields) => {
  expect(await authorize(publish(fields))).toMatchObject(invalid);
});

test.each<[string, RequestListener]>([
  ['is missing', (_, response) => void response.writeHead(404).end('{}')],
  ['redirects', (_, response) => void response.writeHead(302, { location: redirectUri }).end()],
  ['is not JSON', (_, response) => void response.end('<html>')],
  ['breaks off', (_, response) => void response.writeHead(200).write('{', () => response.destroy())],
])('refuses a document that %s', async (_, answer) => {
  const clientId = publish();
  answers.set(new URL(clientId).pathname, answer);
  expect(await authorize(clientId)).toMatchObject(refused);
});

function ofSize(bytes: number): string {
  const clientId = publish();
  const document = {
    client_id: clientId,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    padding: '',
  };
  const padding = 'p'.repeat(bytes - JSON.stringify(document).length);
  const text = JSON.stringify({ ...document, padding });
  answers.set(new URL(clientId).pathname, (_, response) => void response.end(text));
  return clientId;
}

test('accepts a document of 5 KiB, and none that is larger', async () => {
  expect(await authorize(ofSize(5 * 1024))).toMatchObject(accepted);
  expect(await authorize(ofSize(5 * 1024 + 1))).toMatchObject(refused);
});

const ofLength = (length: number): string =>
  publish({}, { path: `/${'a'.repeat(length - local.length - 1)}` });

test('refuses an id of more than 2,048 characters', async () => {
  expect(await authorize(ofLength(2048))).toMatchObject(accepted);
  expect(await authorize(ofLength(2049))).toMatchObject(refused);
});

test.each([
  ['https://client.example/callback', 'https://client.example/callback', accepted],
  ['https://client.example/callback', 'https://client.example:443/callback', wrongUri],
  ['https://client.example/callback', 'https://CLIENT.example/callback', wrongUri],
  ['https://client.example/callback', 'https://client.example/callback/', wrongUri],
  ['https://client.example/callback', 'https://client.example:8443/callback', wrongUri],
  ['http://127.0.0.1/callback', 'http://127.0.0.1:51234/callback', accepted],
  ['http://127.0.0.1:80/callback', 'http://127.0.0.1:51234/callback', accepted],
  ['http://localhost:3000/callback', 'http://localhost:51234/callback', accepted],
  ['http://[::1]/callback', 'http://[::1]:51234/callback', accepted],
  ['http://127.0.0.1/callback', 'http://127.0.0.1:51234/other', wrongUri],
  ['http://127.0.0.1/callback', 'http://localhost:51234/callback', wrongUri],
  ['https://localhost:3000/callback', 'https://localhost:51234/callback', wrongUri],
  ['http://client.example/callback', 'http://client.example:8080/callback', wrongUri],
])('registered %s, requested %s', async (registered, requested, expected) => {
  expect(await authorize(publish({ redirect_uris: [registered] }), requested)).toMatchObject(expected);
});

/** Of `localhost` and `127.0.0.1`, until 2126. */
const key = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4seu2L0AYl4AHJsF/v+LDvEMXMdgaLl8+/bKI8dHQnehRANCAASAoUwrOjiMgMu3kXkMsH17kcx4EhDPiZv3lsTJy978hp+kLRFb7MtMOQ30mXIVHmzzRKcu95EU8x3tJGfonXYi',
    'base64',
  ),
  format: 'der',
  type: 'pkcs8',
}).export({ format: 'pem', type: 'pkcs8' });
const certificate = new X509Certificate(
  Buffer.from(
    'MIIBnDCCAUGgAwIBAgIUPIrMdJx2nxrzReCWIirYsnI+/bEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTIwMzA1MzkzOFoYDzIxMjYxMTA5MDUzOTM4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASAoUwrOjiMgMu3kXkMsH17kcx4EhDPiZv3lsTJy978hp+kLRFb7MtMOQ30mXIVHmzzRKcu95EU8x3tJGfonXYio28wbTAdBgNVHQ4EFgQUSiFxoMnUVP9w/EtVFbzV9Bf7FXcwHwYDVR0jBBgwFoAUSiFxoMnUVP9w/EtVFbzV9Bf7FXcwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIhAPrNRNvFVgVnPftUkkP92RURsOkkA72jb1/miFU4OJDOAiEApyiVT20A2TmYPCmuZxporhr8IxQLa8XRtXGt2OSwciY=',
    'base64',
  ),
).toString();

test('without loopbackDocuments, a private address is refused before the document is requested', async () => {
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
  const server = createServer({ key, cert: certificate }, serve);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = Object(server.address());
  const byName = publish({}, { origin: `https://localhost:${port}` });
  const byAddress = publish({}, { origin: `https://127.0.0.1:${port}` });
  expect((await fetch(byName)).status).toBe(200);
  expect((await fetch(byAddress)).status).toBe(200);

  requests.length = 0;
  expect(await authorize(byName, redirectUri, closed.url)).toMatchObject(refused);
  expect(await authorize(byAddress, redirectUri, closed.url)).toMatchObject(refused);
  expect(requests).toEqual([]);
  server.close();
  server.closeAllConnections();
});

test('dynamic clients are off by default, and can be switched on', async () => {
  const own = await start({ loopbackDocuments: true });
  const manage = await manager(own);
  const isSupported = async (): Promise<unknown> => {
    const discovery = await fetch(`${own.issuer}/.well-known/openid-configuration`);
    return Object(await discovery.json()).client_id_metadata_document_supported;
  };
  expect((await manage('GET', '/configs/cimd')).body).toEqual({ enabled: false });
  expect(await isSupported()).toBeUndefined();
  expect(await authorize(publish(), redirectUri, own.url)).toMatchObject(refused);

  expect((await manage('PATCH', '/configs/cimd', { enabled: true })).body).toEqual({ enabled: true });
  expect(await isSupported()).toBe(true);
  await manage('POST', '/cimd/user-consent-scopes', { userScopes: ['profile'] });
  expect(await authorize(publish(), redirectUri, own.url)).toMatchObject(accepted);

  await own.reset();
  expect(await isSupported()).toBeUndefined();
  await own.close();
});
