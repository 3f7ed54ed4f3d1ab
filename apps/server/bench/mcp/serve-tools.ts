import { createPermissions } from '@latchkey/permissions';
import { createMcpGates } from '@latchkey/permissions/mcp';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import express from 'express';
import { z } from 'zod';
import { benchReports } from '../http/bench-reports.ts';
import { serveParent } from '../serve-parent.ts';

const [pdpUrl = '', kind] = process.argv.slice(2);

const answer = { reports: benchReports };
const input = z.object({ id: z.string() });
const texts = { title: 'A report', description: 'Returns reports.', readOnly: true };
const decider = createPermitDecider({ policy, url: pdpUrl, apiKey: 'bench' });
const { tool, tools } = createMcpGates({
  policy,
  getPermissions: () =>
    createPermissions(decider, { subject: 'bench', tenant: 'default', scopes: ['access:read'] }),
});
const { list, call } = tools(
  Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `tool_${index}`,
      tool(index % 2 === 0 ? 'reports:view' : 'policy:view', {
        ...texts,
        input,
        on: undefined,
        run: () => answer,
      }),
    ]),
  ),
);

/** A tool without a gate, as in the documentation of the SDK. */
const ungated: typeof call = async ({ params }) => {
  input.parse(params.arguments);
  return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer };
};

const serve = toNodeHandler(
  createMcpHandler(() => {
    const server = new Server({ name: 'bench', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', list);
    server.setRequestHandler('tools/call', kind === 'ungated' ? ungated : call);
    return server;
  }),
);
serveParent(express().post('/mcp', (request, response) => void serve(request, response)));
