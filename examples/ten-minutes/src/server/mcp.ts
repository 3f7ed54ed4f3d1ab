import { createPermissions } from '@latchkey/permissions';
import { createMcpGates } from '@latchkey/permissions/mcp';
import { requireBearerAuth } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server, type OAuthTokenVerifier } from '@modelcontextprotocol/server';
import express, { Router } from 'express';
import { z } from 'zod';
import { policy } from '../policy.ts';
import type { Deps } from './app.ts';
import { documentsOf, refOf } from './documents.ts';

const Identity = z.object({ subject: z.string(), tenant: z.string() });

export function createMcp(
  decider: Deps['decider'],
  verifier: OAuthTokenVerifier,
  resourceMetadataUrl: string,
) {
  const { tool, tools } = createMcpGates({
    policy,
    getPermissions: ({ authInfo }) =>
      createPermissions(decider, { ...Identity.parse(authInfo?.extra), scopes: authInfo?.scopes ?? [] }),
  });
  const { list, call, challenge } = tools({
    read_document: tool('documents:view', {
      title: 'Read a document',
      description: 'Returns a document with its title and status.',
      input: z.object({ id: z.string().describe('The id of the document') }),
      readOnly: true,
      load: ({ input, permissions }) => documentsOf(permissions.tenant).get(input.id),
      on: refOf,
      run: ({ loaded }) => loaded,
    }),
  });
  const handler = createMcpHandler(() => {
    const server = new Server({ name: 'documents', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', list);
    server.setRequestHandler('tools/call', call);
    return server;
  });
  const serve = toNodeHandler(handler);
  return Router().post(
    '/mcp',
    requireBearerAuth({ verifier, resourceMetadataUrl }),
    express.json(),
    (request, response) => {
      const refused = challenge(request.body, request.auth, resourceMetadataUrl);
      if (refused === undefined) return serve(request, response, request.body);
      return response.status(refused.status).set(refused.headers).json(refused.body);
    },
  );
}
