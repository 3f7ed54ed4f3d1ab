import { isTooDeep } from '@latchkey/permissions';
import type { McpTools } from '@latchkey/permissions/mcp';
import { policy } from '@latchkey/policy';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  localhostAllowedHostnames,
  Server,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { limitedAs } from '../../authentication/identity.ts';
import { AppError } from '../../platform/app-error.ts';
import { type BodiesInFlight, createBodiesInFlight, readBody } from '../../platform/http/read-body.ts';
import type { Authenticate } from '../../platform/trpc/context.ts';
import type { CreateContext } from '../../platform/trpc/create-contexts.ts';
import { hasBody, requestLimits } from '../../platform/trpc/request-budget.ts';
import { McpRequest } from './console-tools.ts';

/** Where applications find the server and the issuer of its tokens. */
export interface McpSettings {
  /** The address of the MCP server, which is also the audience of its tokens: `https://console.example.com/mcp`. */
  readonly resource: string;
  /** The issuer of Logto's tokens. */
  readonly issuer: string;
}

export interface McpHandlerDeps {
  readonly mcp: McpSettings;
  readonly tools: McpTools;
  /** Accepts only tokens for `mcp.resource`. */
  readonly authenticate: Authenticate;
  readonly contextOf: CreateContext;
  readonly log: Logger;
}

/** Maximum total size in bytes of the request bodies that are being read. */
const bodiesInFlight = 1_048_576;

const metadataPath = '/.well-known/oauth-protected-resource';

/** Serves the protected resource metadata (RFC 9728), in which applications find Logto and the scopes. */
export function createMcpMetadata({ resource, issuer }: McpSettings): RequestHandler {
  const metadata = {
    resource,
    authorization_servers: [issuer],
    scopes_supported: Object.keys(policy.scopes),
    bearer_methods_supported: ['header'],
    resource_name: 'Latchkey',
  };
  return (_request, response) => {
    response.set({ 'cache-control': 'no-cache', 'access-control-allow-origin': '*' }).json(metadata);
  };
}

/** The paths of the metadata: that of the origin, and those that clients derive from the paths of the server. */
export function metadataPaths(settings: Pick<McpSettings, 'resource'>): string[] {
  return [metadataPath, ...mcpPaths(settings).map((path) => metadataPath + path)];
}

/** The paths of the server: for the organization of the token, and for one that the client names. */
export function mcpPaths({ resource }: Pick<McpSettings, 'resource'>): string[] {
  const { pathname } = new URL(resource);
  return [pathname, `${pathname.replace(/\/$/, '')}/:organization`];
}

/**
 * Serves the console's tools to applications that people connect: the Model Context Protocol over Streamable HTTP,
 * without sessions. Each request is authenticated, limited and audited like a call of the console.
 */
export function createMcpRequestHandler(deps: McpHandlerDeps): RequestHandler {
  const { mcp, tools, authenticate, contextOf, log } = deps;
  const serve = toNodeHandler(
    createMcpHandler(
      () => {
        const server = new Server(
          { name: 'latchkey', title: 'Latchkey', version: '1.0.0' },
          { capabilities: { tools: {} }, instructions },
        );
        server.setRequestHandler('tools/list', tools.list);
        server.setRequestHandler('tools/call', tools.call);
        return server;
      },
      { onerror: (err) => log.warn({ err }, 'an MCP request failed') },
    ),
  );
  const bodies = createBodiesInFlight(bodiesInFlight);
  const { origin, hostname, pathname } = new URL(mcp.resource);
  const resourceMetadata = origin + metadataPath + pathname;

  return async (request, response) => {
    if (hasBody(request)) request.pause();
    assertOwnHost(request, hostname);
    const { organization } = request.params;
    const context = contextOf({
      request,
      response,
      calls: 1,
      isSubscription: false,
      channel: 'mcp',
      ...(typeof organization === 'string' && { organization }),
      authenticate,
    });
    const signedIn = await context.authenticate().catch((error: unknown) => {
      if (error instanceof AppError && error.status === 401) {
        const code = error.code === 'TOKEN_MISSING' ? '' : 'error="invalid_token", ';
        response.set('www-authenticate', `Bearer ${code}resource_metadata="${resourceMetadata}"`);
      }
      throw error;
    });
    const { identity } = signedIn;
    context.admit(limitedAs(identity));
    const message = request.method === 'POST' ? await readMessage(request, bodies) : undefined;
    if (message === invalid) {
      response
        .status(400)
        .json({ jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'Parse error' } });
      return;
    }
    const { scopes = [], via } = identity;
    const challenge = tools.challenge(message, { scopes: [...scopes] }, resourceMetadata);
    if (challenge !== undefined) {
      response.status(challenge.status).set(challenge.headers).json(challenge.body);
      return;
    }
    const auth = {
      token: '',
      clientId: via?.clientId ?? '',
      scopes: [...scopes],
      extra: { request: new McpRequest(signedIn, context) },
    };
    await serve(Object.assign(request, { auth }), response, message);
  };
}

const instructions =
  'Answers who has which access in the organization of the person, and why. It cannot change the access of others. Start with your_access. After a denial, do not try again: explain it with why_you_can_or_cannot, and offer to ask for access with request_access.';

/**
 * Protects against DNS rebinding: a browser names the page's origin, and the host that it believes to call. A page on
 * this machine may call a server on this machine.
 */
function assertOwnHost({ headers }: Request, hostname: string): void {
  const local = localhostAllowedHostnames();
  const isLocal = validateHostHeader(headers.host, local).ok;
  const isHost = isLocal || validateHostHeader(headers.host, [hostname]).ok;
  if (isHost && validateOriginHeader(headers.origin, isLocal ? [hostname, ...local] : [hostname]).ok) return;
  throw new AppError('FORBIDDEN', 'The Host or the Origin of the request is not that of this server.');
}

const invalid = Symbol('no message');

/** `invalid` for a body that is not one JSON object, or too deep: a batch could contain thousands of calls. */
async function readMessage(request: Request, bodies: BodiesInFlight): Promise<unknown> {
  const body = await readBody(request, { limit: requestLimits.body, tooLarge: 'REQUEST_TOO_LARGE', bodies });
  try {
    const message: unknown = JSON.parse(body.toString('utf8'));
    const isObject = typeof message === 'object' && message !== null && !Array.isArray(message);
    return isObject && !isTooDeep(message) ? message : invalid;
  } catch {
    return invalid;
  }
}
