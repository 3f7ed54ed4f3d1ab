import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { expect, keepScreenshot, test } from './console-test.ts';
import { enterCredentials, signIn } from './sign-in.ts';

const Port = z.object({ port: z.number() });
const redirectUri = 'http://127.0.0.1/callback';

/** The metadata of an application that Logto does not know, as its vendor would publish it. */
async function publishMetadata() {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        client_id: clientId(),
        client_name: 'Scribe',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'none',
      }),
    );
  }).listen(0, '127.0.0.1');
  const clientId = (): string => `https://localhost:${Port.parse(server.address()).port}/client.json`;
  await once(server, 'listening');
  return { clientId: clientId(), [Symbol.dispose]: () => void server.close() };
}

/** What Scribe stores. It opens the sign-in in the person's browser. */
class Connection implements OAuthClientProvider {
  readonly redirectUrl = redirectUri;
  readonly clientMetadata = {
    client_name: 'Scribe',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  readonly clientMetadataUrl: string;
  readonly #page: Page;
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  constructor(clientMetadataUrl: string, page: Page) {
    this.clientMetadataUrl = clientMetadataUrl;
    this.#page = page;
  }
  clientInformation = () => this.#client;
  saveClientInformation = (client: StoredOAuthClientInformation) => void (this.#client = client);
  tokens = () => this.#tokens;
  saveTokens = (tokens: StoredOAuthTokens) => void (this.#tokens = tokens);
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  redirectToAuthorization = async (address: URL) => void (await this.#page.goto(address.href));
}

test('a person connects an application, it asks for access and reads, and they disconnect it', async ({
  page,
  otherPage,
  stack,
  inspect,
}) => {
  using scribe = await publishMetadata();
  const viewer = await otherPage();
  const connection = new Connection(scribe.clientId, viewer);
  const open = () => {
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', stack.web), {
      authProvider: connection,
    });
    return { transport, client: new Client({ name: 'Scribe', version: '1' }) };
  };
  const first = open();

  await test.step('they sign in and consent, in words', async () => {
    await expect(first.client.connect(first.transport)).rejects.toThrow(/unauthorized/i);
    await enterCredentials(viewer, 'viewer');
    await expect(viewer.getByRole('heading', { name: /Scribe/ })).toBeVisible();
    await expect(viewer.getByText('See who has access, and why')).toBeVisible();
    await expect(viewer.getByText('Ask for access for you')).toBeVisible();
    await inspect('consent', ['desk', 'phone'], viewer);
    const answered = viewer.waitForRequest((request) => request.url().startsWith(redirectUri));
    await viewer.route(`${redirectUri}*`, (route) => route.fulfill({ body: 'You can close this page.' }));
    await viewer.getByRole('button', { name: 'Allow' }).click();
    await first.transport.finishAuth(new URL((await answered).url()).searchParams);
  });

  const { client, transport } = open();
  await client.connect(transport);
  const call = (name: string, given: Record<string, unknown> = {}) =>
    client.callTool({ name, arguments: given });

  await test.step('it finds no people, and asks for access', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('find_people');
    const asked = await call('request_access', {
      target: { kind: 'role', role: 'editor' },
      reason: 'To write the report that you asked me for',
      duration: 3600,
    });
    expect(asked.isError).not.toBe(true);
  });

  await test.step('an administrator approves, and it reads', async () => {
    await signIn(page, 'admin');
    await page.getByRole('link', { name: 'Access requests' }).click();
    const request = page.getByRole('listitem', { name: /김서연/ });
    await expect(request.getByText('To write the report that you asked me for')).toBeVisible();
    await request
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await expect
      .poll(async () => (await client.listTools()).tools.map(({ name }) => name))
      .toContain('find_people');
    expect((await call('find_people', { search: '김서연' })).isError).not.toBe(true);
  });

  await test.step('the log says through which application', async () => {
    await page.goto('/audit');
    await expect(page.getByText(/through Scribe/).first()).toBeVisible();
    await page.goto('/members/applications');
    await expect(page.getByText('Scribe', { exact: true })).toBeVisible();
    await inspect('members-applications');
  });

  await test.step('the person disconnects it, and it is refused', async () => {
    await viewer.goto('/access/applications');
    await viewer
      .getByRole('button', { name: /^Sign in/ })
      .or(viewer.getByText('Scribe'))
      .first()
      .waitFor();
    await expect(viewer.getByText('Scribe', { exact: true })).toBeVisible();
    await inspect('connected-applications', ['desk', 'phone'], viewer);
    await viewer.getByRole('button', { name: 'Disconnect Scribe' }).click();
    const dialog = viewer.getByRole('alertdialog');
    await keepScreenshot(viewer, 'disconnect');
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await expect(viewer.getByText('“Scribe” is disconnected.')).toBeVisible();
    // The client tries to renew its token, and the consent is gone.
    await expect(call('your_access')).rejects.toThrow(/unauthorized|grant request is invalid/i);
  });
});
