import { Client as Client2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server as Server1 } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler, Server as Server2 } from '@modelcontextprotocol/server';
import { initTRPC, TRPCError } from '@trpc/server';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { definePolicy } from '../core/define-policy.ts';
import { createPermissions, type PolicyDecider, type PolicyPermissions } from '../core/permissions.ts';
import type { Facts } from '../facts/facts.ts';
import { arbitraryFacts } from '../testing/arbitrary-facts.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate } from '../trpc/gate.ts';
import { all } from '../trpc/requirement.ts';
import { createMcpGates, type McpTools, type ToolDecision } from './create-mcp-gates.ts';
import { type ProcedureTool, toolsOf } from './tools-of.ts';
import { type McpTool, type ToolCall, ToolError } from './tool.ts';

const policy = definePolicy({
  resources: {
    reports: {
      actions: ['view', 'publish', 'delete'],
      roles: { owner: { permissions: ['view', 'publish'] } },
    },
    members: { actions: ['view', 'assign'], changesAccess: ['assign'] },
  },
  roles: {
    viewer: { permissions: ['reports:view'] },
    admin: { name: 'Administrator', permissions: '*' },
  },
  scopes: {
    read: { name: 'See reports and members', permissions: ['reports:view', 'members:view'] },
    publish: { name: 'Publish reports', permissions: ['reports:publish', 'reports:view', 'reports:delete'] },
  },
  defaultRole: 'viewer',
});
type AppPermissions = PolicyPermissions<typeof policy>;

const facts: Facts<typeof policy> = {
  users: {
    ann: { roles: { acme: ['viewer'] }, instanceRoles: { 'reports:mine': ['owner'] } },
    root: { roles: { acme: ['admin'] } },
  },
  instances: { 'reports:mine': { tenant: 'acme' }, 'reports:other': { tenant: 'acme' } },
};

let decisions: ToolDecision[] = [];
let errors: unknown[] = [];
let ran: string[] = [];
let calls = 0;
beforeEach(() => void ([decisions, errors, ran, calls] = [[], [], [], 0]));

const Id = z.object({ id: z.string().describe('The key of the report') });
const none = z.object({});
const t = initTRPC
  .context<{ readonly permissions: AppPermissions }>()
  .meta<{ readonly gate?: Gate; readonly tool?: ProcedureTool }>()
  .create();
const permitted = createGates(t.procedure);
const contextOf = ({ permissions }: ToolCall<AppPermissions>) => ({ permissions });
const texts = (title: string) => ({ title, description: `${title}.` });
const router = t.router({
  reports: t.router({
    list: permitted('members:view')
      .meta({ tool: texts('List members') })
      .input(z.object({ search: z.string().optional() }))
      .query(({ input }) => [input.search ?? 'all']),
    remove: permitted('reports:delete', Id, ({ id }) => id)
      .meta({ tool: { ...texts('Delete a report'), name: 'delete_report' } })
      .input(z.object({ reason: z.string().min(3) }))
      .mutation(({ input }) => {
        if (input.id === 'gone')
          throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such report.' });
        if (input.id === 'broken') throw new Error('secret');
        return { removed: input.id };
      }),
    hidden: permitted('members:assign').mutation(() => 'no tool'),
  }),
});

async function toolsFor(decider: PolicyDecider<typeof policy> = createTestPermissions(policy, facts)) {
  const counted = {
    ...decider,
    decide: (...given: Parameters<typeof decider.decide>) => ((calls += 1), decider.decide(...given)),
  };
  const gates = createMcpGates({
    policy,
    getPermissions: ({ authInfo }) =>
      createPermissions(counted, {
        subject: authInfo?.token ?? '',
        tenant: 'acme',
        ...(authInfo?.scopes.includes('own') === true ? {} : { scopes: authInfo?.scopes }),
      }),
    onDecision: (decision) => void decisions.push(decision),
    onError: (error) => void errors.push(error),
  });
  const own = {
    find: gates.tool('members:view', {
      ...texts('Find people'),
      readOnly: true,
      input: none,
      run: () => 'people',
    }),
    read: gates.tool('reports:view', {
      ...texts('Read a report'),
      input: Id,
      on: ({ id }) => id,
      run: ({ input, permissions }) => ({ id: input.id, reader: permissions.subject }),
    }),
    publish: gates.tool('reports:publish', {
      ...texts('Publish a report'),
      input: Id,
      load: ({ input }) => (input.id === 'missing' ? undefined : { key: input.id, title: 'Q3' }),
      on: ({ key }) => key,
      run: ({ loaded }) => [loaded.title],
    }),
    assign: gates.tool(all('members:view', 'members:assign'), {
      ...texts('Assign'),
      input: none,
      run: () => void ran.push('assign'),
    }),
    fail: gates.tool('reports:view', {
      ...texts('Fail'),
      input: z.object({ how: z.enum(['secret', 'told']) }),
      on: undefined,
      run({ input }) {
        if (input.how === 'told') throw new ToolError('The month has not ended.', { code: 'TOO_EARLY' });
        throw new Error('postgres://secret');
      },
    }),
  } satisfies Record<string, McpTool>;
  const procedures = await toolsOf(router, {
    createContext: contextOf,
  });
  return {
    ...gates.tools({ ...own, ...procedures }),
    names: [...Object.keys(own), ...Object.keys(procedures)],
  };
}

const caller = (token: string, scopes: string[]) => ({ token, scopes, clientId: 'agent' });
type Auth = ReturnType<typeof caller>;
interface Connected {
  tools(): Promise<string[]>;
  call(name: string, input?: Record<string, unknown>): Promise<Result>;
}
interface Result {
  readonly [key: string]: unknown;
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const named = { name: 'test', version: '1' };
const capabilities = { capabilities: { tools: {} } };

/** SDK 2 over HTTP, with a client of one protocol revision. */
function connect2(mode: { pin: string } | 'legacy') {
  return async ({ list, call }: McpTools, auth: Auth): Promise<Connected> => {
    const handler = createMcpHandler(() => {
      const server = new Server2(named, capabilities);
      server.setRequestHandler('tools/list', list);
      server.setRequestHandler('tools/call', call);
      return server;
    });
    const client = new Client2(named, { versionNegotiation: { mode } });
    await client.connect(
      new StreamableHTTPClientTransport(new URL('http://mcp.test/mcp'), {
        fetch: (url, init) => handler.fetch(new Request(url, init), { authInfo: auth }),
      }),
    );
    closing.push(() => client.close());
    return {
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: (name, given = {}) => client.callTool({ name, arguments: given }),
    };
  };
}

async function connect1({ list, call }: McpTools, auth: Auth): Promise<Connected> {
  const server = new Server1(named, capabilities);
  server.setRequestHandler(ListToolsRequestSchema, list);
  server.setRequestHandler(CallToolRequestSchema, call);
  const [theirs, ours] = InMemoryTransport.createLinkedPair();
  const send = theirs.send.bind(theirs);
  theirs.send = (message, options) => send(message, { ...options, authInfo: auth });
  await server.connect(ours);
  const client = new Client1(named);
  await client.connect(theirs);
  closing.push(() => client.close());
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, given = {}) => ({ ...(await client.callTool({ name, arguments: given })) }),
  };
}

const connections = {
  'SDK 2, 2026-07-28': connect2({ pin: '2026-07-28' }),
  'SDK 2, 2025-11-25': connect2('legacy'),
  'SDK 1': connect1,
};

for (const [sdk, connect] of Object.entries(connections)) {
  test(`${sdk}: lists what the caller can use, runs it, and explains what it refuses`, async () => {
    const tools = await toolsFor();
    const ann = await connect(tools, caller('ann', ['read', 'publish']));
    expect(await ann.tools()).toEqual(['read', 'publish', 'fail']);
    expect(await ann.call('read', { id: 'mine' })).toMatchObject({
      content: [{ type: 'text', text: '{"id":"mine","reader":"ann"}' }],
      structuredContent: { id: 'mine', reader: 'ann' },
    });
    expect(await ann.call('publish', { id: 'mine' })).toMatchObject({
      structuredContent: { result: ['Q3'] },
    });
    expect(await ann.call('publish', { id: 'other' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('granted by: Administrator, owner of the instance.') }],
      structuredContent: { code: 'FORBIDDEN', permission: 'reports:publish', grantedBy: ['admin'] },
    });
    const denial = await ann.call('publish', { id: 'other' });
    expect(await ann.call('publish', { id: 'missing' })).toEqual(denial);
    expect(await ann.call('read', { id: 7 })).toMatchObject({
      isError: true,
      structuredContent: { code: 'INVALID_INPUT', issues: [{ path: 'id' }] },
    });
    const hidden = await ann
      .call('delete_report', { id: 'mine', reason: 'old' })
      .catch((error: Error) => error.message);
    expect(hidden).toContain('Unknown tool: delete_report');
    for (const [name, given] of [
      ['nothing', {}],
      ['toString', {}],
      ['find', {}],
      ['delete_report', { id: 1 }],
      ['reports_hidden', {}],
    ] as const) {
      const refusal: unknown = await ann
        .call(name, given)
        .catch((error: Error) => error.message.replace(name, 'delete_report'));
      expect(refusal).toBe(hidden);
    }
    expect(await ann.call('fail', { how: 'told' })).toMatchObject({
      isError: true,
      content: [{ text: 'The month has not ended.' }],
      structuredContent: { code: 'TOO_EARLY' },
    });
    const failed = await ann.call('fail', { how: 'secret' });
    expect(failed).toMatchObject({ isError: true, structuredContent: { code: 'TOOL_FAILED' } });
    expect(JSON.stringify(failed)).not.toContain('postgres');
    expect(errors).toMatchObject([{ message: 'postgres://secret' }]);
  });

  test(`${sdk}: a token without the scope is told which one covers the tool`, async () => {
    const tools = await toolsFor();
    const root = await connect(tools, caller('root', ['read', 'unknown']));
    expect(await root.tools()).toEqual(['find', 'read', 'fail', 'reports_list']);
    expect(await root.call('publish', { id: 'mine' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('consent to "Publish reports" (scope publish)') }],
      structuredContent: { code: 'FORBIDDEN', scopes: ['publish'] },
    });
    expect(await root.call('assign')).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('not available to applications that act for a person') }],
    });
    expect(ran).toEqual([]);
  });

  test(`${sdk}: procedures are tools with their gate, their schema and their hints`, async () => {
    const tools = await toolsFor();
    const root = await connect(tools, caller('root', ['own']));
    expect(await root.tools()).toEqual(tools.names);
    expect(await root.call('reports_list', { search: 'x' })).toMatchObject({
      structuredContent: { result: ['x'] },
    });
    expect(await root.call('delete_report', { id: 'mine', reason: 'old' })).toMatchObject({
      structuredContent: { removed: 'mine' },
    });
    expect(await root.call('delete_report', { id: 'mine', reason: '' })).toMatchObject({
      isError: true,
      structuredContent: { code: 'INVALID_INPUT', issues: [{ path: 'reason' }] },
    });
    expect(await root.call('delete_report', { id: 'gone', reason: 'old' })).toMatchObject({
      isError: true,
      content: [{ text: 'There is no such report.' }],
      structuredContent: { code: 'NOT_FOUND' },
    });
    expect(await root.call('delete_report', { id: 'broken', reason: 'old' })).toMatchObject({
      structuredContent: { code: 'TOOL_FAILED' },
    });
    expect(errors).toMatchObject([{ message: 'secret' }]);
  });

  test(`${sdk}: an outage is temporary, and never a denial`, async () => {
    const outage = new AuthorizationUnavailableError('timeout', { detail: 'pdp.internal', retryAfter: 4000 });
    const broken = { ...createTestPermissions(policy, facts), decide: () => Promise.reject(outage) };
    const tools = await toolsFor(broken);
    const ann = await connect(tools, caller('ann', ['read']));
    for (const name of ['find', 'read', 'reports_list']) {
      const result = await ann.call(name, { id: 'mine' });
      expect(result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/temporary, and not a denial: try again in 4 s/) }],
        structuredContent: { code: 'AUTHORIZATION_UNAVAILABLE', status: 503 },
      });
      expect(JSON.stringify(result)).not.toContain('pdp.internal');
    }
    await expect(ann.tools()).rejects.toThrow('Permissions cannot be checked right now.');
  });
}

test('what is listed has a title, a JSON Schema and hints', async () => {
  const { list } = await toolsFor();
  const { tools } = await list({}, { authInfo: caller('root', ['own']) });
  const byName = Object.fromEntries(tools.map(({ name, ...listed }) => [name, listed]));
  expect(byName['read']).toEqual({
    title: 'Read a report',
    description: 'Read a report.',
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'string', description: 'The key of the report' } },
      required: ['id'],
    },
    annotations: { title: 'Read a report', readOnlyHint: false, destructiveHint: true },
  });
  expect(byName['find']?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  expect(byName['reports_list']?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  expect(byName['delete_report']).toMatchObject({
    inputSchema: { properties: { id: {}, reason: { minLength: 3 } }, required: ['id', 'reason'] },
    annotations: { readOnlyHint: false, destructiveHint: true },
  });
});

test('a list of tools is one call to the PDP', async () => {
  const { list } = await toolsFor();
  await list({}, { authInfo: caller('root', ['own']) });
  expect(calls).toBe(1);
});

test('the audit log gets the decision of each gate', async () => {
  const { call } = await toolsFor();
  const context = { authInfo: caller('ann', ['own']) };
  for (const id of ['mine', 'other']) await call({ params: { name: 'publish', arguments: { id } } }, context);
  expect(decisions).toMatchObject([
    { tool: 'publish', permission: 'reports:publish', instance: 'mine', outcome: 'allow' },
    { tool: 'publish', permission: 'reports:publish', instance: 'other', outcome: 'deny' },
  ]);
});

const calling = (name: unknown) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });

test('the challenge asks for the scopes of the token and the smallest that is missing', async () => {
  const { challenge } = await toolsFor();
  const ask = (name: unknown, scopes?: string[]) =>
    challenge(calling(name), scopes && { scopes }, 'https://app/meta');
  expect(ask('publish', ['read', 'openid'])).toEqual({
    status: 403,
    headers: {
      'cache-control': 'no-store',
      'www-authenticate':
        'Bearer error="insufficient_scope", error_description="The token lacks a scope that this tool needs.", scope="read publish", resource_metadata="https://app/meta"',
    },
    body: { error: 'insufficient_scope', error_description: 'The token lacks a scope that this tool needs.' },
  });
  expect(ask('read', ['read'])).toBeUndefined();
  expect(ask('read', [])?.headers['www-authenticate']).toContain('scope="read"');
  for (const name of ['assign', 'nothing', 'toString', null, {}]) expect(ask(name, [])).toBeUndefined();
  expect(ask('publish')).toBeUndefined();
  for (const body of [null, [], 'tools/call', { method: 'tools/list' }, { method: 'tools/call' }])
    expect(challenge(body, { scopes: [] }, '')).toBeUndefined();
});

test('input that is nested too deeply or has keys of prototypes is refused without harm', async () => {
  const { call } = await toolsFor();
  const context = { authInfo: caller('root', ['own']) };
  let deep: Record<string, unknown> = {};
  for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
  expect(await call({ params: { name: 'read', arguments: deep } }, context)).toMatchObject({
    structuredContent: { code: 'INVALID_INPUT' },
  });
  const ofAnn = { authInfo: caller('ann', ['own']) };
  await expect(call({ params: { name: 'find', arguments: deep } }, ofAnn)).rejects.toThrow(
    'Unknown tool: find',
  );
  const polluted: Record<string, unknown> = JSON.parse('{"__proto__": {"id": "mine"}, "constructor": 1}');
  expect(await call({ params: { name: 'read', arguments: polluted } }, context)).toMatchObject({
    structuredContent: { code: 'INVALID_INPUT' },
  });
  for (const name of ['__proto__', 'constructor', 'x'.repeat(100_000)])
    await expect(call({ params: { name } }, context)).rejects.toThrow('Unknown tool');
});

/** `arbitraryFacts` generates only what the policy has. */
function factsOf(given: Facts): Facts<typeof policy> {
  return given as never; // oxlint-disable-line typescript/no-unsafe-type-assertion -- see above
}

/** Permit applies a role on an instance in every tenant, so an application finds instances of its tenant only. */
test('over random facts and scopes, the listed tools are exactly those that can be called', async () => {
  const scopes = fc.option(fc.subarray(['read', 'publish']), { nil: ['own'] });
  await fc.assert(
    fc.asyncProperty(
      arbitraryFacts(policy),
      scopes,
      fc.constantFrom('ann', 'bob'),
      async (given, held, user) => {
        const { list, call, names } = await toolsFor(createTestPermissions(policy, factsOf(given)));
        const context = { authInfo: caller(user, held) };
        const { tools } = await list({}, context);
        const ids = ['1', '2'].filter((id) => Object(given.instances)[`reports:${id}`]?.tenant === 'acme');
        const isCallable = async (name: string, id: string): Promise<boolean> => {
          const request = { params: { name, arguments: { id, reason: 'old', how: 'told' } } };
          const result = await call(request, context).catch(() => undefined);
          return result !== undefined && Object(result.structuredContent).code !== 'FORBIDDEN';
        };
        const callable = await Promise.all(
          names.map(async (name) => {
            const found = await Promise.all([...ids, 'unknown'].map(async (id) => isCallable(name, id)));
            return found.includes(true);
          }),
        );
        expect(tools.map(({ name }) => name)).toEqual(names.filter((_, index) => callable[index]));
      },
    ),
    { numRuns: 100 },
  );
});

test('a procedure without a gate, without a description or with an unreadable input is refused', async () => {
  const refused = async (procedure: Parameters<typeof t.router>[0][string]) =>
    toolsOf(t.router({ one: procedure }), { createContext: contextOf }).catch(
      (error: Error) => error.message,
    );
  const tool = texts('One');
  expect(await refused(t.procedure.meta({ tool }).query(() => 1))).toContain(
    'one cannot be a tool: it has no gate',
  );
  expect(
    await refused(
      permitted('members:view')
        .meta({ tool: { ...tool, description: '' } })
        .query(() => 1),
    ),
  ).toContain('it needs a title and a description');
  const dated = permitted('members:view').meta({ tool });
  expect(await refused(dated.input(z.object({ at: z.date() })).query(() => 1))).toContain(
    'one cannot be a tool',
  );
  expect(await refused(dated.input(z.string()).query(() => 1))).toContain('must be an object');
  const same = { ...tool, name: 'same' };
  const twice = t.router({
    a: permitted('members:view')
      .meta({ tool: same })
      .query(() => 1),
    b: permitted('members:view')
      .meta({ tool: same })
      .query(() => 1),
  });
  await expect(toolsOf(twice, { createContext: contextOf })).rejects.toThrow(
    'Two procedures are the tool same',
  );
});
