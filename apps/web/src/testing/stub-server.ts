import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { z } from 'zod';
import { stubAccessOf, type StubAccess } from './stub-access.ts';
import { createStubAudit, stubAuditProcedures, type StubAudit } from './stub-audit.ts';
import { denial, fail, noRole } from './stub-failures.ts';
import { createStubHome, stubHomeProcedures, type StubHome } from './stub-home.ts';
import { createStubGates, gateAnswer, type StubGates } from './stub-gates.ts';
import {
  createStubInvitations,
  stubInvite,
  stubInviteOptions,
  type StubInvitations,
} from './stub-invitations.ts';
import { limitOf, problemResponse, type StubProblem } from './stub-problem.ts';
import { createStubMembers, type StubMembers } from './stub-members.ts';
import { stubMemberProcedures } from './stub-member-procedures.ts';
import {
  ById,
  createStubProcedures,
  isAdmin,
  isEditor,
  roleOf,
  subjectOf,
  type StubState,
} from './stub-procedures.ts';
import { createStubPolicy, stubPolicyProcedures, type StubPolicy } from './stub-policy.ts';
import { createStubReports, stubReports, type StubReport } from './stub-reports.ts';
import { stubCollections } from './stub-collections.ts';
import { createStubShares, stubShareProcedures, type StubShares } from './stub-shares.ts';
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
import { createStubSync, type StubSync } from './stub-sync.ts';
import { stubSyncProcedures } from './stub-sync-procedures.ts';

interface StubNamed {
  readonly key: string;
  readonly name: string | null;
}

export interface StubServer extends StubState {
  /** The response to every request, before any procedure is called. */
  problem: StubProblem | null;
  /** Additional fields of `session.access` beside the user's role. */
  readonly access: StubAccess;
  readonly gates: StubGates;
  readonly home: StubHome;
  readonly sync: StubSync;
  readonly requests: StubRequests;
  readonly members: StubMembers;
  readonly invitations: StubInvitations;
  readonly audit: StubAudit;
  readonly reports: StubReport[];
  /** The items that can be restored. */
  readonly deletedReports: StubReport[];
  readonly shares: StubShares;
  readonly policy: StubPolicy;
  readonly why: StubWhy;
  /** The sessions of every user; `null` when Logto is unavailable. */
  sessions: readonly StubSession[] | null;
  /** The response of `setup.status`. */
  setup: object;
  /** The actor and the user, as in `session.me`. */
  acting: { readonly as: StubNamed; readonly by: readonly StubNamed[] } | null;
  readonly streams: StubStreams;
  readonly fetch: typeof fetch;
}

/**
 * A server for the tests of the web app: HTTP, tRPC's wire format, the shapes of the responses. It knows three users by
 * their access tokens: `viewer`, `editor` and `admin`. Types and browser tests check that the real server responds
 * alike.
 */
export function createStubServer(): StubServer {
  const procedures = createStubProcedures(() => stub);
  const { router: createRouter, gated, signedIn, operator } = procedures;
  const gates = createStubGates();
  const home = createStubHome();
  const sync = createStubSync();
  const requests = createStubRequests();
  const members = createStubMembers();
  const invitations = createStubInvitations();
  const audit = createStubAudit();
  const reports = createStubReports();
  const deletedReports: StubReport[] = [];
  const shares = createStubShares();
  const policy = createStubPolicy();
  const streams = createStubStreams();

  const router = createRouter({
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
        acting: stub.acting,
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
            const isRoleless = stub.roleless || gates.denied.has(path);
            return gateAnswer(path, isRoleless ? null : roleOf(ctx.token));
          }),
        ),
      ),
    },
    reports: {
      ...stubReports(procedures, { reports, deleted: deletedReports, state: () => stub }),
      ...stubShareProcedures(procedures, shares),
    },
    viewAs: {
      // A quarter of an hour, the initial duration of a view.
      current: signedIn.query(() => ({ target: { kind: 'role', role: 'viewer' }, left: 900_000 })),
    },
    collections: stubCollections(procedures),
    policy: stubPolicyProcedures(procedures, policy),
    members: stubMemberProcedures(procedures, { members, state: () => stub }),
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
      mails: gated.query(() => requests.mails),
      chooseMail: gated.input(z.object({ kind: z.string(), isWanted: z.boolean() })).mutation(({ input }) => {
        requests.mails = requests.mails.map((one) => (one.kind === input.kind ? input : one));
        return input;
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
      /** All other users are viewers. */
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
    ...stubHomeProcedures(procedures, home),
    audit: stubAuditProcedures(procedures, { audit, streams }),
    sync: stubSyncProcedures(procedures, { sync, streams }),
  });

  const stub: StubServer = {
    gates,
    home,
    sync,
    requests,
    members,
    invitations,
    audit,
    reports,
    deletedReports,
    shares,
    policy,
    why: { refusal: null, agrees: true },
    sessions: [],
    streams,
    setup: { state: 'hidden' },
    acting: null,
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
    changes: [],
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
