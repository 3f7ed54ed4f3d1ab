import { z } from 'zod';
import type { DoctorEnv } from '../env.ts';
import { postJson, request } from '../http/request.ts';
import { examineMetadata } from './examine-mcp.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

interface ClientOptions {
  /** The audience of the tokens, which can be shorter than the address. */
  readonly resource: string;
  readonly env: DoctorEnv;
  /** Of a registered client. */
  readonly clientId: string | undefined;
}

const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  code_challenge_methods_supported: z.array(z.string()).default([]),
  client_id_metadata_document_supported: z.boolean().default(false),
});
type Discovery = z.output<typeof Discovery>;

/** Checks the steps by which a client without a token finds out how to sign in, as the specification orders them. */
export async function examineClient(
  address: string,
  { resource, env, clientId }: ClientOptions,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly acceptsDocuments: boolean }> {
  const challenge = await examineChallenge(address);
  const verdicts = [challenge.verdict];
  const stopped = { verdicts, acceptsDocuments: false };
  if (challenge.metadataUrl === undefined) return stopped;
  const { LOGTO_ENDPOINT: endpoint } = env;
  const expected = { resource, issuer: endpoint === undefined ? undefined : `${endpoint}/oidc` };
  const metadata = await examineMetadata(challenge.metadataUrl, expected);
  verdicts.push(metadata.verdict);
  if (metadata.issuer === undefined) return stopped;
  const { verdict, discovery } = await examineDiscovery(metadata.issuer);
  verdicts.push(verdict);
  if (discovery === undefined) return stopped;
  verdicts.push(examinePkce(discovery), examineRegistration(discovery, clientId));
  return { verdicts, acceptsDocuments: discovery.client_id_metadata_document_supported };
}

async function examineChallenge(
  address: string,
): Promise<{ readonly verdict: Verdict; readonly metadataUrl?: string }> {
  const check = verdictsOf('MCP endpoint');
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
  const response = await postJson(address, message, { accept: 'application/json, text/event-stream' });
  if (typeof response === 'string') {
    const fix = 'Start the server, or correct the address; the client must reach it.';
    return { verdict: check.failed(`${address} does not answer: ${response}.`, fix) };
  }
  if (response.status !== 401) {
    const fix =
      'Make the proxy in front of the server forward this path, and check that MCP_RESOURCE is not off.';
    return {
      verdict: check.failed(
        `${address} answered ${response.status}, not 401 to a call without a token.`,
        fix,
      ),
    };
  }
  const header = response.headers.get('www-authenticate') ?? '';
  const metadataUrl = /\bresource_metadata="([^"]+)"/.exec(header)?.[1];
  if (metadataUrl === undefined) {
    const fix = 'Make the proxy in front of the server pass its headers.';
    return { verdict: check.failed('Its WWW-Authenticate names no resource_metadata.', fix) };
  }
  return { verdict: check.ok(`${address} asks for a token.`), metadataUrl };
}

/** Clients try these paths (RFC 8414 and OpenID Connect Discovery), so all that exist must name the issuer. */
function discoveryUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return ['oauth-authorization-server', 'openid-configuration'].flatMap((name) => [
    `${origin}/.well-known/${name}${path}`,
    `${origin}${path}/.well-known/${name}`,
  ]);
}

async function examineDiscovery(
  issuer: string,
): Promise<{ readonly verdict: Verdict; readonly discovery?: Discovery }> {
  const check = verdictsOf('Authorization server');
  const responses = await Promise.all([...new Set(discoveryUrls(issuer))].map((one) => request(one)));
  const found = responses.flatMap((response) =>
    typeof response === 'string' ? [] : (Discovery.safeParse(response.body).data ?? []),
  );
  const [discovery] = found;
  if (discovery === undefined) {
    const fix = "Check the network, and that the server's LOGTO_ENDPOINT is Logto's public address.";
    return { verdict: check.failed(`${issuer} has no metadata of an authorization server.`, fix) };
  }
  const other = found.find((one) => one.issuer !== issuer);
  if (other !== undefined) {
    const fix = "Set the server's LOGTO_ENDPOINT to the issuer's address.";
    return { verdict: check.failed(`It names the issuer ${other.issuer}, but the server ${issuer}.`, fix) };
  }
  return { verdict: check.ok(`${issuer}.`), discovery };
}

function examinePkce({ code_challenge_methods_supported: methods }: Discovery): Verdict {
  const check = verdictsOf('PKCE');
  if (methods.includes('S256')) return check.ok('S256.');
  return check.failed(
    'The authorization server does not support S256: clients do not sign in without it.',
    'Update Logto.',
  );
}

function examineRegistration(
  { client_id_metadata_document_supported: acceptsDocuments }: Discovery,
  clientId: string | undefined,
): Verdict {
  const check = verdictsOf('Client registration');
  if (acceptsDocuments) return check.ok('not needed: Logto accepts clients with a metadata document.');
  if (clientId !== undefined) return check.ok(`use the client id ${clientId}.`);
  return check.failed(
    'Logto accepts no client with a metadata document, and no client id is known.',
    'latchkey connect logto allows or registers them; or pass --client <id>.',
  );
}
