import { strict as assert } from 'node:assert';
import { z } from 'zod';
import { callsDuring, openLoad } from '../http/http-variant.ts';
import { startPinned } from '../pinned-process.ts';
import type { Group, Variant } from '../variant.ts';

const Port = z.object({ port: z.number() });
const Answer = z.object({
  result: z.object({ isError: z.boolean().optional(), tools: z.array(z.unknown()).optional() }),
});

const module = new URL('../../apps/server/bench/mcp/serve-tools.ts', import.meta.url);

const call = { method: 'tools/call', params: { name: 'tool_0', arguments: { id: 'r1' } } };
const list = { method: 'tools/list' };

const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
};

/** The cost of gates on the tools of an MCP server, compared with a tool that anyone can call. */
export const mcpGroup: Group = {
  name: 'mcp',
  title: 'A server with 200 tools (MCP)',
  async variants(stack) {
    const pdp = stack.use(startPinned(1, new URL('../http/local-pdp.ts', import.meta.url)));
    const load = stack.use(startPinned(1, new URL('../http/load.ts', import.meta.url)));
    const { port: pdpPort } = await pdp.received(Port);
    const variant = (id: string, title: string, message: object): Variant => ({
      id,
      title,
      unit: 'requests/s',
      faster: 'higher',
      relativeTo: 'ungated',
      async open(opened) {
        const server = opened.use(startPinned(0, module, { args: [`http://127.0.0.1:${pdpPort}`, id] }));
        const { port } = await server.received(Port);
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...message });
        const assertAnswer = async (): Promise<void> => {
          const response = await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body });
          const [, data = ''] = /^data: (.*)$/m.exec(await response.text()) ?? [];
          const { result } = Answer.parse(JSON.parse(data));
          assert.notEqual(result.isError, true, 'The tool failed.');
          if (result.tools !== undefined) assert.equal(result.tools.length, 200, 'Some tools are missing.');
        };
        const calls = await callsDuring(pdp, assertAnswer);
        assert.equal(calls, id === 'ungated' ? 0 : 1, 'The first request makes other calls to the PDP.');
        const head = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': body.length });
        const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        return openLoad({ server, load, port, sent: [`POST /mcp HTTP/1.1\r\n${lines}\r\n${body}`] });
      },
    });
    return [
      variant('ungated', 'a tool without a gate', call),
      variant('gated', 'a gated tool, warm', call),
      variant('list', 'the list of 200 gated tools, warm', list),
    ];
  },
};
