import type { AppRole } from '@latchkey/policy';
import { initTRPC } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { z } from 'zod';
import { stubAccessOf, type StubAccess } from './stub-access.ts';
import { denial, fail, noRole, outage } from './stub-failures.ts';
import { createStubGates, gateAnswer, type StubGates } from './stub-gates.ts';
import {
  createStubInvitations,
  stubInvite,
  stubInviteOptions,
  type StubInvitations,
} from './stub-invitations.ts';
import { limitOf, problemResponse, type StubProblem } from './stub-problem.ts';
import {
  changeStubRole,
  createStubMembers,
  findStubMember,
  stubMembersPage,
  stubPreviewRole,
  type StubMembers,
} from './stub-members.ts';
import {
  changeStubRequest,
  createStubRequests,
  decideStubRequest,
  stubMeaning,
  stubTitle,
  undoStubDecision,
  sendStubRequest,
  stubDetails,
  stubGrant,
  stubPreview,
  StubTarget,
  type StubRequests,
} from './stub-requests.ts';
import { createStubStreams, type StubStreams } from './stub-streams.ts';
import { stubPersonAccess, type StubSession } from './stub-person.ts';
import { StubQuestion, stubExplanation, type StubWhy } from './stub-why.ts';
import {
  createStubSync,
  stubDeliveries,
  stubDrift,
  stubRun,
  stubSyncStatus,
  type StubSync,
} from './stub-sync.ts';

const editorId = 'u-editor';

const isEditor = (token: string): boolean => token.startsWith('editor');
const isAdmin = (token: string): boolean => token.startsWith('admin');
const subjectOf = (token: string): string => `u-${token}`;
const roleOf = (token: string): AppRole => (isAdmin(token) ? 'admin' : isEditor(token) ? 'editor' : 'viewer');

export interface StubServer {
  /** Every decision fails while true. */
  outage: boolean;
  /** Administrators are none while true. */
  demoted: boolean;
  /** Nobody has a role while true. */
  roleless: boolean;
  /** Every token belongs to a person who was suspended while true. */
  revoked: boolean;
  /** The person has too many streams open while true. */
  crowded: boolean;
  /** Every request is answered with this before any procedure is called. */
  problem: StubProblem | null;
  /** Ids of reports that are refused as inputs, as the real server refuses what is no UUID. */
  readonly refusedInputs: Set<string>;
  /** What `session.access` answers beside the person's role. */
  readonly access: StubAccess;
  /** Access tokens that are rejected as expired. */
  readonly expired: Set<string>;
  /** Every answered procedure call, `reports.list {"status":"draft"}`. */
  readonly calls: string[];
  readonly gates: StubGates;
  readonly sync: StubSync;
  readonly requests: StubRequests;
  readonly members: StubMembers;
  readonly invitations: StubInvitations;
  readonly why: StubWhy;
  /** Where everybody is signed in; `null` when Logto cannot tell. */
  sessions: readonly StubSession[] | null;
  /** What `setup.status` answers. */
  setup: object;
  readonly streams: StubStreams;
  readonly fetch: typeof fetch;
}

/**
 * A server for the tests of the web app: HTTP, tRPC's wire format, the shapes of the answers. It knows three people by their
 * access tokens: `viewer`, `editor` and `admin`. Types and browser tests check that the real server answers alike.
 */
export function createStubServer(): StubServer {
  const reports = [
    {
      id: 'r-1',
      title: 'Q4 review',
      kind: 'access-review',
      status: 'draft',
      owner: { key: editorId, name: 'Mina Park' },
      createdAt: '2026-11-24T09:00:00.000Z',
      publishedAt: null as string | null,
    },
  ];
  const reportMembers = [
    { key: editorId, name: 'Mina Park', email: 'mina@example.com', roles: ['editor'] },
    { key: 'u-viewer', name: null, email: 'jonas@example.com', roles: ['viewer'] },
  ];

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
  const signedIn = t.procedure.use(async ({ ctx, path, next, getRawInput }) => {
    if (stub.expired.has(ctx.token)) throw fail({ status: 'UNAUTHORIZED', code: 'TOKEN_EXPIRED' });
    if (stub.revoked) throw fail({ status: 'UNAUTHORIZED', code: 'SUBJECT_REVOKED' });
    stub.calls.push(`${path} ${JSON.stringify(await getRawInput())}`);
    return next();
  });
  const gated = signedIn.use(({ next }) => {
    if (stub.outage) throw fail(outage);
    return next();
  });
  const ById = z.object({ id: z.string() });
  const RoleOfMember = z.object({ subject: z.string(), role: z.enum(['viewer', 'editor', 'admin']) });
  const gates = createStubGates();
  const sync = createStubSync();
  const requests = createStubRequests();
  const members = createStubMembers();
  const invitations = createStubInvitations();
  const streams = createStubStreams();
  const operator = gated.use(({ ctx, next }) => {
    if (isAdmin(ctx.token) && !stub.demoted) return next();
    throw fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial('sync:view', ['admin']) });
  });

  const router = t.router({
    session: {
      me: gated.query(({ ctx: { token } }) => ({
        subject: subjectOf(token),
        tenant: token.split('@')[1] ?? 'default',
        roles: stub.roleless ? [] : [roleOf(token)],
        permissions: [
          'reports:view',
          ...(isEditor(token) ? ['reports:create'] : []),
          ...(isAdmin(token) ? ['requests:view'] : []),
        ],
      })),
      access: gated.query(({ ctx: { token } }) =>
        stubAccessOf(stub.roleless ? null : roleOf(token), stub.access),
      ),
      changes: signedIn.subscription(async function* () {
        if (stub.crowded) throw fail({ status: 'TOO_MANY_REQUESTS', code: 'SUBSCRIPTION_LIMIT' });
        for await (const _ of streams.open()) yield { changed: true };
      }),
      gates: signedIn.input(z.array(z.object({ path: z.string() })).max(200)).mutation(({ ctx, input }) =>
        gates.answer(ctx.token, input.length, () =>
          input.map(({ path }) => {
            if (stub.outage) return { state: 'unavailable' };
            return gateAnswer(path, stub.roleless ? null : roleOf(ctx.token));
          }),
        ),
      ),
    },
    reports: {
      list: gated.input(z.object({ status: z.string().optional() })).query(({ ctx, input: { status } }) => {
        if (stub.roleless) throw fail(noRole);
        const here = ctx.token.includes('@') ? [] : reports;
        return {
          items: here.filter((report) => status === undefined || report.status === status),
          nextCursor: null,
        };
      }),
      get: gated.input(ById).query(({ ctx, input }) => {
        const report = reports.find(({ id }) => id === input.id);
        if (stub.roleless) throw fail(noRole);
        if (stub.refusedInputs.has(input.id)) throw fail({ status: 'BAD_REQUEST', code: 'BAD_REQUEST' });
        if (report === undefined) throw fail({ status: 'NOT_FOUND', code: 'REPORT_NOT_FOUND' });
        if (report.status === 'draft' && !isEditor(ctx.token)) {
          throw fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial('reports:edit', ['admin']) });
        }
        return {
          ...report,
          tenant: 'default',
          content: { generatedAt: report.createdAt, members: reportMembers },
        };
      }),
      create: gated.input(z.object({ title: z.string() })).mutation(({ input: { title } }) => {
        const id = `r-${reports.length + 1}`;
        reports.push({ ...reports[0]!, id, title });
        return { id };
      }),
      publish: gated.input(ById).mutation(({ input }) => {
        for (const report of reports) if (report.id === input.id) report.status = 'published';
      }),
      remove: gated.input(ById).mutation(({ input }) => {
        reports.splice(
          reports.findIndex(({ id }) => id === input.id),
          1,
        );
      }),
    },
    members: {
      list: gated
        .input(
          z.object({
            search: z.string().optional(),
            role: z.string().optional(),
            cursor: z.object({ subject: z.string() }).optional(),
            limit: z.number().optional(),
          }),
        )
        .query(({ ctx, input }) => {
          if (stub.roleless) throw fail(noRole);
          if (isAdmin(ctx.token) || isEditor(ctx.token)) return stubMembersPage(members, input);
          throw fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial('members:view', ['editor']) });
        }),
      get: gated
        .input(z.object({ subject: z.string() }))
        .query(({ input }) => findStubMember(members, input.subject)),
      preview: gated
        .input(RoleOfMember.extend({ change: z.string() }))
        .query(({ input }) => stubPreviewRole(members, input)),
      assign: gated.input(RoleOfMember).mutation(({ input }) => changeStubRole(members, input, 'assign')),
      unassign: gated.input(RoleOfMember).mutation(({ input }) => changeStubRole(members, input, 'unassign')),
      changes: signedIn.subscription(async function* () {
        yield { changed: true };
        for await (const _ of members.streams.open()) yield { changed: true };
      }),
    },
    requests: {
      preview: gated
        .input(z.object({ target: StubTarget }))
        .query(({ ctx: { token }, input: { target } }) => stubPreview(requests, target, roleOf(token))),
      create: gated
        .input(z.object({ target: StubTarget, reason: z.string().min(1), duration: z.number().nullable() }))
        .mutation(({ input }) => {
          if (requests.refusal !== null) throw fail({ status: 'CONFLICT', code: requests.refusal });
          return sendStubRequest(requests, input);
        }),
      withdraw: gated
        .input(ById)
        .mutation(({ input: { id } }) => changeStubRequest(requests, id, { status: 'withdrawn' })),
      list: gated.input(z.object({ status: z.string().optional() })).query(({ ctx, input: { status } }) => {
        if (stub.roleless) throw fail(noRole);
        const items = isAdmin(ctx.token) ? requests.items : [];
        return {
          items: items
            .filter((one) => status === undefined || one.status === status)
            .map((one) => {
              const isOwn = one.requester.key === subjectOf(ctx.token);
              const title = stubTitle(requests, one);
              const meaning = isOwn ? null : stubMeaning(requests, one);
              return { ...one, isOwn, canDecide: !isOwn, title, meaning };
            }),
          nextCursor: null,
        };
      }),
      get: gated.input(ById).query(({ ctx, input: { id } }) => {
        if (stub.refusedInputs.has(id)) throw fail({ status: 'BAD_REQUEST', code: 'BAD_REQUEST' });
        if (isAdmin(ctx.token)) return stubDetails(requests, id, subjectOf(ctx.token));
        throw fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial('requests:decide', ['admin']) });
      }),
      approve: gated
        .input(ById.extend({ duration: z.number().optional() }))
        .mutation(({ input: { id, duration } }) => {
          const asked = requests.items.find((one) => one.id === id)?.duration ?? null;
          const grant = stubGrant(duration ?? asked);
          return decideStubRequest(requests, id, { status: 'approved', note: null, grant });
        }),
      refuse: gated
        .input(ById.extend({ note: z.string().optional() }))
        .mutation(({ input: { id, note = null } }) =>
          decideStubRequest(requests, id, { status: 'refused', note, grant: null }),
        ),
      undo: gated
        .input(ById.extend({ decidedAt: z.string() }))
        .mutation(({ input }) => undoStubDecision(requests, input)),
      changes: signedIn.subscription(async function* () {
        yield { changed: true };
        for await (const _ of requests.streams.open()) yield { changed: true };
      }),
      mine: gated.input(z.object({ status: z.string().optional() })).query(({ input: { status } }) => ({
        items: requests.items.filter((one) => status === undefined || one.status === status),
        nextCursor: null,
      })),
    },
    setup: {
      status: gated.query(() => stub.setup),
      dismiss: operator.mutation(() => (stub.setup = { state: 'hidden' })),
    },
    invitations: {
      options: gated.query(({ ctx: { token } }) =>
        stubInviteOptions(invitations, token.split('@')[1] ?? 'default'),
      ),
      list: gated.query(() => ({
        items: [],
        counts: { pending: 0, accepted: 0, expired: 0, revoked: 0 },
        nextCursor: null,
      })),
      create: gated
        .input(z.object({ emails: z.array(z.string()), roleId: z.string().nullable(), days: z.number() }))
        .mutation(({ input }) => stubInvite(invitations, input)),
      changes: signedIn.subscription(async function* () {
        for await (const _ of streams.open()) yield { changed: true };
      }),
    },
    person: {
      access: gated.input(z.object({ subject: z.string() })).query(() => stubPersonAccess),
      sessions: gated.input(z.object({ subject: z.string() })).query(() => stub.sessions),
    },
    why: {
      mine: gated.input(StubQuestion).query(({ ctx: { token }, input }) => {
        if (stub.why.refusal !== null) throw fail({ status: 'TOO_MANY_REQUESTS', code: stub.why.refusal });
        return stubExplanation({ ...input, subject: subjectOf(token) }, roleOf(token), stub.why);
      }),
      /** Everybody else is a viewer. */
      explain: gated
        .input(StubQuestion.extend({ person: z.string() }))
        .query(({ ctx: { token }, input: { person, ...question } }) => {
          if (roleOf(token) === 'viewer')
            throw fail({
              status: 'FORBIDDEN',
              code: 'FORBIDDEN',
              denied: denial('members:view', ['editor', 'admin']),
            });
          if (stub.why.refusal !== null) throw fail({ status: 'NOT_FOUND', code: stub.why.refusal });
          return {
            ...stubExplanation({ ...question, subject: person }, 'viewer', stub.why),
            person: { key: person, name: 'Nina', isMachine: false, isActive: true },
          };
        }),
    },
    sync: {
      status: operator.query(() => stubSyncStatus(sync)),
      drift: operator.query(() => stubDrift(sync)),
      deliveries: operator
        .input(z.object({ status: z.string().optional(), event: z.string().optional() }))
        .query(({ input }) => ({ items: stubDeliveries(sync, input), nextCursor: null })),
      delivery: operator.input(ById).query(({ input }) => {
        const delivery = sync.deliveries.find(({ id }) => id === input.id);
        if (delivery === undefined) throw fail({ status: 'NOT_FOUND', code: 'NOT_FOUND' });
        return delivery;
      }),
      replay: operator
        .input(z.object({ ids: z.array(z.string()).optional() }))
        .mutation(({ input: { ids } }) => {
          const meant = sync.deliveries.filter(({ id, status }) => ids?.includes(id) ?? status === 'failed');
          for (const delivery of meant) Object.assign(delivery, { status: 'pending', nextAttemptAt: null });
          return { replayed: meant.length };
        }),
      pause: operator.mutation(() => ({ paused: (sync.paused = true) })),
      resume: operator.mutation(() => ({ paused: (sync.paused = false) })),
      /** Every run finds 60 removals, and is refused unless it is forced. */
      reconcile: operator
        .input(z.object({ dryRun: z.boolean(), force: z.boolean() }))
        .mutation(({ input: { dryRun, force } }) => {
          const id = `00000000-0000-4000-8000-00000000000${sync.runs.length}`;
          const refusal = {
            status: 'refused',
            report: null,
            problem: {
              code: 'SYNC_MASS_CHANGE',
              affected: 60,
              allowed: 50,
              total: 4_000,
              message: '60 would lose something.',
            },
          };
          sync.runs.unshift(
            stubRun(id, { 'create-user': 1, unassign: 60 }, { dryRun, force, ...(force ? {} : refusal) }),
          );
          return { id };
        }),
      progress: operator.input(ById).subscription(async function* ({ input }) {
        const find = () => sync.runs.find(({ id }) => id === input.id);
        yield find();
        if (find()?.status !== 'running') return;
        for await (const _ of streams.open()) yield find();
      }),
    },
  });

  const stub: StubServer = {
    gates,
    sync,
    requests,
    members,
    invitations,
    why: { refusal: null, agrees: true },
    sessions: [],
    streams,
    setup: { state: 'hidden' },
    outage: false,
    demoted: false,
    roleless: false,
    refusedInputs: new Set(),
    revoked: false,
    crowded: false,
    problem: null,
    access: { approvers: ['Amelia Hart'], ownedReports: 3, tenant: 'default' },
    expired: new Set(),
    calls: [],
    // Node's `Request` does not accept jsdom's `AbortSignal`.
    fetch(input, init) {
      const { pathname, href } = new URL(input instanceof Request ? input.url : input, location.origin);
      const body = typeof init?.body === 'string' ? init.body : '';
      const refusal = stub.problem ?? limitOf(pathname, href, body);
      if (refusal !== null) return Promise.resolve(problemResponse(refusal));
      return fetchRequestHandler({
        endpoint: '/api/trpc',
        req: new Request(new URL(input instanceof Request ? input.url : input, location.origin), {
          ...init,
          signal: null,
        }),
        router,
        createContext: ({ req }) => ({
          token: req.headers.get('authorization')?.replace('Bearer ', '') ?? '',
        }),
      });
    },
  };
  return stub;
}
