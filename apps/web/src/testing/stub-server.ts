import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventEmitter, on } from 'node:events';
import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { initTRPC, type AnyTRPCProcedure } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import { isPermission, isSharedResource } from '../policy.ts';
import { denialOf, fail, type Answers, type Caller, type Organization } from './answers.ts';
import { answersOf, recordedOrganization } from './organization.ts';

const page = join(import.meta.dirname, '../../../../docs/guide/reference-http.md');
const reference = readFileSync(page, 'utf8');
/** The procedures of the real server with the permissions of their gates, from the generated reference. */
const procedures = [
  ...reference.matchAll(/^- \*\*`(\w+\.\w+)`\*\* \((GET|POST)(, a stream)?\): (.*)$/gm),
].map(([, path = '', method, stream, gate = '']) => ({
  path,
  type: stream === undefined ? (method === 'GET' ? 'query' : 'mutation') : 'subscription',
  permissions: [...gate.matchAll(/`([\w:-]+)`/g)]
    .map(([, permission = '']) => permission)
    .filter(isPermission),
}));

/** By their roles, and editors as the owners of every report and collection. */
function isGranted(permission: AppPermission, role: AppRole, input: unknown): boolean {
  if (permissionsOfRole(policy, role).includes(permission)) return true;
  const [resource = ''] = permission.split(':');
  return (
    role === 'editor' &&
    typeof Object(input).id === 'string' &&
    isSharedResource(resource) &&
    permissionsOfResourceRole(policy, resource, 'owner').includes(permission)
  );
}

/** Faults, which a test can change at any time. */
function createFaults() {
  return {
    /** The response to every request, before any procedure is called. */
    problem: null as StubProblem | null,
    /** Whether no decision can be made. */
    outage: false,
    /** The role of every user; without it, the role that the token names. */
    role: undefined as AppRole | null | undefined,
    /** Whether every token belongs to a suspended user. */
    revoked: false,
    /** Access tokens that are rejected as expired. */
    expired: new Set<string>(),
    /** Every answered procedure call, `reports.list {"status":"draft"}`. */
    calls: [] as string[],
    /** The mutations in `calls`, except gate questions: `reports.publish`. */
    changes: [] as string[],
  };
}

export type StubServer = ReturnType<typeof createStubServer>;

/**
 * A server for the tests of the web app: HTTP, tRPC's wire format, and the answers of one organization, which have the
 * types of the real server's. The role is the beginning of the access token: `viewer`, `editor` or `admin`.
 */
export function createStubServer() {
  const state: ReturnType<typeof createFaults> & Organization = {
    ...createFaults(),
    ...recordedOrganization(),
  };
  const recorded = answersOf(state);
  const streams = new EventEmitter().setMaxListeners(0);
  const denied = new Set<string>();
  const refusals = new Map<string, string>();
  const patches = new Map<string, object>();
  const holds = new Map<string, Promise<void>>();

  const callerOf = (token: string): Caller => {
    const [named = '', tenant = 'default'] = token.split('@');
    const role = (['admin', 'editor'] as const).find((one) => named.startsWith(one)) ?? 'viewer';
    return { subject: `u-${named}`, tenant, role: state.role === undefined ? role : state.role };
  };
  /** The first denied permission of the procedure's gate. */
  const denialAt = (path: string, role: AppRole | null, input: unknown) => {
    const permissions = procedures.find((one) => one.path === path)?.permissions ?? [];
    const [permission] = permissions;
    if (permission === undefined) return null;
    const isOpen = role !== null && permissions.some((one) => isGranted(one, role, input));
    return isOpen && !denied.has(path) ? null : denialOf(permission, role);
  };
  const answers: Answers = {
    ...recorded,
    session: {
      ...recorded.session,
      gates: (questions, { role }) =>
        questions.map((question) => {
          if (state.outage) return { state: 'unavailable' };
          const denial = 'path' in question ? denialAt(question.path, role, question.input) : null;
          return denial === null ? { state: 'allowed' } : { state: 'denied', ...denial };
        }),
    },
  };

  const t = initTRPC.context<{ token: string }>().create({
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
    errorFormatter: ({ shape, error: { cause } }) => {
      const failure = z.object({ failure: z.looseObject({ code: z.string() }) }).safeParse(cause)
        .data?.failure;
      return {
        ...shape,
        data: { ...shape.data, latchkey: { requestId: 'request-7', code: 'INTERNAL', ...failure } },
      };
    },
  });
  const answer = async (path: string, input: unknown, token: string): Promise<unknown> => {
    const caller = callerOf(token);
    if (path !== 'session.gates') {
      if (state.outage) throw fail('AUTHORIZATION_UNAVAILABLE');
      const denial = denialAt(path, caller.role, input);
      if (denial !== null) throw fail('FORBIDDEN', { denied: denial });
    }
    await holds.get(path);
    const [router = '', procedure = ''] = path.split('.');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a path of the reference
    const found: unknown = (answers as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[router]?.[
      procedure
    ];
    const result: unknown = typeof found === 'function' ? await found(input, caller) : found;
    const changes = patches.get(path);
    return changes === undefined ? result : { ...Object(result), ...changes };
  };
  const procedureOf = ({ path, type }: (typeof procedures)[number]): AnyTRPCProcedure => {
    const base = t.procedure.input(z.unknown()).use(({ ctx: { token }, input, next }) => {
      if (state.expired.has(token)) throw fail('TOKEN_EXPIRED');
      if (state.revoked) throw fail('SUBJECT_REVOKED');
      state.calls.push(`${path} ${JSON.stringify(input)}`);
      const code = refusals.get(path);
      if (code !== undefined) throw fail(code);
      if (type === 'mutation' && path !== 'session.gates') state.changes.push(path);
      return next();
    });
    if (type === 'subscription')
      return base.subscription(async function* ({ input, ctx: { token } }) {
        const next = (): unknown =>
          path === 'sync.progress' ? answer(path, input, token) : { changed: true };
        const first = path === 'session.changes' ? undefined : await next();
        if (first !== undefined) yield first;
        if (path === 'sync.progress' && Object(first).status !== 'running') return;
        for await (const [event] of on(streams, path)) {
          if (event === 'end') return;
          if (event instanceof Error) throw event;
          yield await next();
        }
      });
    const resolve = ({ input, ctx }: { readonly input: unknown; readonly ctx: { readonly token: string } }) =>
      answer(path, input, ctx.token);
    return type === 'query' ? base.query(resolve) : base.mutation(resolve);
  };
  const router = t.router(Object.fromEntries(procedures.map((one) => [one.path, procedureOf(one)])));

  // Node's `Request` does not accept jsdom's `AbortSignal`.
  const serve: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.origin);
    const body = typeof init?.body === 'string' ? init.body : '';
    const refusal = state.problem ?? limitOf(url, body);
    if (refusal !== null) return Promise.resolve(problemResponse(refusal));
    return fetchRequestHandler({
      endpoint: '/api/trpc',
      req: new Request(url, { ...init, signal: null }),
      router,
      createContext: ({ req }) => ({ token: req.headers.get('authorization')?.replace('Bearer ', '') ?? '' }),
    });
  };
  return Object.assign(state, {
    fetch: serve,
    answers,
    /** Sends an event to the open streams: of this procedure, or all. An error ends them too. */
    send(event: 'changed' | 'end' | Error, path?: string): void {
      for (const one of path === undefined ? streams.eventNames() : [path]) streams.emit(one, event);
    },
    /** The inputs of all calls of this procedure. */
    inputsOf: (path: string): unknown[] =>
      state.calls
        .filter((call) => call.startsWith(`${path} `))
        .map((call): unknown => JSON.parse(call.slice(path.length + 1))),
    /** Denies this procedure to all users. */
    deny: (path: string): void => void denied.add(path),
    /** Ends a `deny`. */
    allow: (path: string): void => void denied.delete(path),
    /** The code of the error that every call of this procedure gets; `null` for none. */
    refuse: (path: string, code: string | null): void =>
      void (code === null ? refusals.delete(path) : refusals.set(path, code)),
    /** Replaces fields of the procedure's answers; `{}` ends it. */
    patch: <Router extends keyof Outputs, Procedure extends keyof Outputs[Router] & string>(
      router: Router,
      procedure: Procedure,
      changes: Partial<Outputs[Router][Procedure]>,
    ): void => void patches.set(`${router}.${procedure}`, changes),
    /** Delays the answers of this procedure until the returned function is called. */
    hold: (path: string): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      holds.set(path, promise);
      return resolve;
    },
  });
}

/** An error response before any procedure is called. */
interface StubProblem {
  readonly status: number;
  readonly code: string;
}

function problemResponse({ status, code }: StubProblem): Response {
  return Response.json({ title: code, status, code, requestId: 'request-7' }, { status });
}

/** The limits that the real server enforces before it calls a procedure. */
function limitOf({ pathname, href }: URL, body: string): StubProblem | null {
  if (pathname.split(',').length > 50) return { status: 400, code: 'BATCH_TOO_LARGE' };
  if (href.length > 8_000 || body.length > 131_072) return { status: 413, code: 'REQUEST_TOO_LARGE' };
  return null;
}
