import { createTestPermissions } from '@latchkey/permissions/testing';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import express from 'express';
import { afterAll, expect, test } from 'vitest';
import { policy } from '../policy.ts';
import { documentsOf } from './documents.ts';
import { createMcp } from './mcp.ts';

const decider = createTestPermissions(policy, {
  users: { ann: { roles: { acme: ['member'] } } },
  instances: { 'documents:open': { tenant: 'acme' }, 'documents:draft': { tenant: 'acme' } },
});
documentsOf('acme').set('open', { id: 'open', title: 'Plan', status: 'published' });
documentsOf('acme').set('draft', { id: 'draft', title: 'Secret', status: 'draft' });

/** The token is the scope. */
const verifyAccessToken = (token: string) =>
  Promise.resolve({
    token,
    clientId: 'agent',
    scopes: [token],
    expiresAt: Date.now(),
    extra: { subject: 'ann', tenant: 'acme' },
  });
const app = express().use(createMcp(decider, { verifyAccessToken }, 'https://documents.example/metadata'));
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
afterAll(() => {
  server.close().closeAllConnections();
});
const address = server.address();
const url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/mcp`);

async function connect(scope: string): Promise<Client> {
  const client = new Client({ name: 'agent', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${scope}` } };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}

test('an agent reads what its person may read', async () => {
  const client = await connect('documents:read');
  expect((await client.listTools()).tools).toMatchObject([{ name: 'read_document' }]);
  const read = (id: string) => client.callTool({ name: 'read_document', arguments: { id } });
  expect(await read('open')).toMatchObject({ structuredContent: { title: 'Plan' } });
  expect(await read('draft')).toMatchObject({ isError: true, structuredContent: { code: 'FORBIDDEN' } });
  await client.close();
});

test('without the scope, the agent has no tools, and learns which scope to ask for', async () => {
  const client = await connect('other');
  expect((await client.listTools()).tools).toEqual([]);
  await client.close();
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer other', 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read_document' } }),
  });
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toContain('scope="documents:read"');
});
