import { errors, type Client, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { cimdCeiling, clientScope, consentScopesOf, isCimdClientId } from '../directory/consent-scopes.ts';
import type { Logto } from '../logto.ts';
import { extraClientMetadata } from './clients.ts';

const maxClientIdLength = 2048;
/** Bytes, as in Logto. */
const maxDocumentSize = 5 * 1024;

/** `fetchResponseBodyLimits` of oidc-provider, which gets the document only after `documentFetch` has changed it. */
export const documentLimits = { 'client_id metadata document': Infinity };

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const withoutPort = (uri: string): string =>
  uri.replace(/^(https?:\/\/(?:\[[^\\\]]+\]|[^\\/:?#]+)):\d+(?=[/?#]|$)/iu, '$1');

/**
 * Redirect URIs in a document are compared as text, except for the port of a loopback address. oidc-provider makes
 * this exception only for clients that declare `application_type: native`.
 */
export function isRedirectUriAllowed(client: Client, uri: string): boolean {
  if (client.redirectUriAllowed(uri)) return true;
  const { protocol, hostname = '' } = URL.parse(uri) ?? {};
  if (!isCimdClientId(client.clientId) || protocol !== 'http:' || !loopback.has(hostname)) return false;
  return client.redirectUris?.some((allowed) => withoutPort(allowed) === withoutPort(uri)) ?? false;
}

/** `features.clientIdMetadataDocument` of oidc-provider. */
export function documents({ directory, settings, signingKeys }: Logto) {
  return {
    enabled: settings.cimd().enabled,
    ack: 'draft-02',
    allowFetch(_: unknown, clientId: string): boolean {
      if (clientId.length <= maxClientIdLength) return true;
      throw new errors.InvalidClient(`client_id must not exceed ${maxClientIdLength} characters`);
    },
    /** Runs with each use of the client, also from the cache. */
    allowClient(ctx: KoaContextWithOIDC | undefined, client: Client): boolean {
      const { idTokenSignedResponseAlg: algorithm } = client;
      if (algorithm !== undefined && algorithm !== signingKeys.algorithm())
        throw new errors.InvalidClientMetadata(
          `id_token_signed_response_alg ${algorithm} cannot be signed with the tenant signing key`,
        );
      const metadata = client.metadata();
      const forbidden = extraClientMetadata.find((name) => metadata[name] !== undefined);
      if (forbidden !== undefined)
        throw new errors.InvalidClientMetadata(
          `client_id metadata document must not contain Logto private metadata (${forbidden})`,
        );
      const uri = ctx?.oidc.params?.['redirect_uri'];
      const variant = typeof uri === 'string' && isRedirectUriAllowed(client, uri) ? [uri] : [];
      Object.assign(client, {
        scope: clientScope(consentScopesOf(directory, cimdCeiling)),
        redirectUris: [...(client.redirectUris ?? []), ...variant],
      });
      return true;
    },
  };
}

async function readDocument(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxDocumentSize) throw new Error('response too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The server decides on these fields. A document whose values oidc-provider does not know would be refused. */
function withServerFields(text: string, clientId: string): string {
  try {
    const { scope: _, ...declared } = z
      .looseObject({ client_id: z.literal(clientId) })
      .parse(JSON.parse(text));
    const grants = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
    return JSON.stringify({ ...declared, ...grants });
  } catch {
    return text; // oidc-provider reports what is wrong.
  }
}

const unprotected = (url: string | URL, options: RequestInit): Promise<Response> =>
  fetch(url, Object.assign({}, options, { dispatcher: undefined }));

/**
 * `fetch` of oidc-provider, whose dispatcher refuses private addresses. It fetches documents of clients, and sends
 * back-channel logouts to the applications, which are usually on this machine.
 */
export function documentFetch({ loopbackDocuments }: Logto): NonNullable<Configuration['fetch']> {
  return async (target, options = {}) => {
    const url = target instanceof Request ? target.url : String(target);
    if (options.method !== 'GET') return unprotected(url, options);
    const address = new URL(url);
    const isLocal = loopbackDocuments && loopback.has(address.hostname);
    if (isLocal) address.protocol = 'http:';
    const response = await (isLocal ? unprotected(address, options) : fetch(url, options));
    if (response.status !== 200) return response;
    const { status, headers } = response;
    return new Response(withServerFields(await readDocument(response), url), { status, headers });
  };
}
