import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import {
  createStubGates,
  createStubPolicy,
  gateAnswer,
  stubAccessOf,
  stubPolicyProcedures,
  type StubAccess,
} from './stub-access.ts';
import { createStubAudit, stubAuditProcedures } from './stub-audit.ts';
import { createStubHome, stubHomeProcedures } from './stub-home.ts';
import { createStubInvitations, stubInvitationProcedures } from './stub-invitations.ts';
import { createStubMembers, stubMemberProcedures, stubPersonAccess } from './stub-members.ts';
import {
  createStubProcedures,
  createStubState,
  createStubStreams,
  fail,
  isAdmin,
  isEditor,
  roleOf,
  subjectOf,
} from './stub-procedures.ts';
import { stubRemovalProcedures } from './stub-removal.ts';
import {
  createStubReports,
  createStubShares,
  stubCollections,
  stubReports,
  stubShareProcedures,
  type StubCollection,
  type StubReport,
} from './stub-reports.ts';
import { createStubRequests, stubRequestProcedures } from './stub-requests.ts';
import { createStubReviews, stubReviewProcedures } from './stub-reviews.ts';
import { createStubSync, stubSyncProcedures } from './stub-sync.ts';
import { stubWhyProcedures, type StubWhy } from './stub-why.ts';

interface StubNamed {
  readonly key: string;
  readonly name: string | null;
}

/** The state of the server, which a test can change at any time. */
function createState() {
  return {
    ...createStubState(),
    /** The response to every request, before any procedure is called. */
    problem: null as StubProblem | null,
    /** Additional fields of `session.access` beside the user's role. */
    access: { approvers: ['Amelia Hart'], ownedReports: 3, tenant: 'default' } as StubAccess,
    gates: createStubGates(),
    home: createStubHome(),
    sync: createStubSync(),
    requests: createStubRequests(),
    reviews: createStubReviews(),
    members: createStubMembers(),
    invitations: createStubInvitations(),
    audit: createStubAudit(),
    reports: createStubReports(),
    collections: [] as StubCollection[],
    /** The items that can be restored. */
    deletedReports: [] as StubReport[],
    shares: createStubShares(),
    policy: createStubPolicy(),
    why: { refusal: null, agrees: true } as StubWhy,
    /** The sessions of every user; `null` when Logto is unavailable. */
    sessions: [] as
      readonly { readonly id: string; readonly signedInAt: string; readonly expiresAt: string }[] | null,
    /** The response of `setup.status`. */
    setup: { state: 'hidden' } as object,
    /** The actor and the user, as in `session.me`. */
    acting: null as { readonly as: StubNamed; readonly by: readonly StubNamed[] } | null,
    /** The target of a view as another user. */
    viewed: { kind: 'role', role: 'viewer' } as object,
    /** The ends of every user's roles, as in `session.me`. */
    ends: [] as Outputs['session']['me']['ends'],
    streams: createStubStreams(),
  };
}

export type StubServer = ReturnType<typeof createStubServer>;

/**
 * A server for the tests of the web app: HTTP, tRPC's wire format, the shapes of the responses. It knows three users by
 * their access tokens: `viewer`, `editor` and `admin`. Types and browser tests check that the real server's responses
 * have the same shapes.
 */
export function createStubServer() {
  const state = createState();
  const { gates, streams } = state;
  const procedures = createStubProcedures(state);
  const { router: createRouter, gated, signedIn, operator } = procedures;
  const BySubject = z.object({ subject: z.string() });
  const router = createRouter({
    session: {
      me: gated.query(({ ctx: { token } }) => ({
        subject: subjectOf(token),
        tenant: token.split('@')[1] ?? 'default',
        roles: state.roleless ? [] : [roleOf(token)],
        permissions: [
          'reports:view',
          ...(isEditor(token) ? ['reports:create'] : []),
          ...(isAdmin(token) ? ['requests:view'] : []),
        ],
        acting: state.acting,
        ends: state.ends,
      })),
      access: gated.query(({ ctx: { token } }) =>
        stubAccessOf(state.roleless ? null : roleOf(token), state.access),
      ),
      changes: signedIn.subscription(async function* () {
        if (state.crowded) throw fail({ status: 'TOO_MANY_REQUESTS', code: 'SUBSCRIPTION_LIMIT' });
        for await (const _ of streams.open()) yield { changed: true };
      }),
      gates: signedIn.input(z.array(z.object({ path: z.string() })).max(200)).mutation(({ ctx, input }) =>
        gates.answer(ctx.token, input.length, () =>
          input.map(({ path }) => {
            if (state.outage) return { state: 'unavailable' };
            const isDenied = state.roleless || gates.denied.has(path);
            return gateAnswer(path, isDenied ? null : roleOf(ctx.token));
          }),
        ),
      ),
    },
    reports: {
      ...stubReports(procedures, state),
      ...stubShareProcedures(procedures, state.shares),
    },
    viewAs: {
      // A quarter of an hour, the initial duration of a view.
      current: signedIn.query(() => ({ target: state.viewed, left: 900_000 })),
    },
    collections: stubCollections(procedures, state),
    policy: stubPolicyProcedures(procedures, state.policy),
    members: {
      ...stubMemberProcedures(procedures, { members: state.members, state }),
      ...stubRemovalProcedures(procedures.gated, state.members),
    },
    requests: stubRequestProcedures(procedures, { requests: state.requests, state }),
    reviews: stubReviewProcedures(procedures, state.reviews),
    setup: {
      status: gated.query(() => state.setup),
      dismiss: operator.mutation(() => (state.setup = { state: 'hidden' })),
    },
    invitations: stubInvitationProcedures(procedures, state),
    person: {
      access: gated.input(BySubject).query(() => stubPersonAccess),
      sessions: gated.input(BySubject).query(() => state.sessions),
    },
    why: stubWhyProcedures(procedures, state.why),
    ...stubHomeProcedures(procedures, state.home),
    audit: stubAuditProcedures(procedures, state),
    sync: stubSyncProcedures(procedures, state),
  });

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
      createContext: ({ req }) => ({
        token: req.headers.get('authorization')?.replace('Bearer ', '') ?? '',
      }),
    });
  };
  /** The inputs of all calls of this procedure. */
  const inputsOf = (path: string): unknown[] =>
    state.calls
      .filter((call) => call.startsWith(`${path} `))
      .map((call): unknown => JSON.parse(call.slice(path.length + 1)));
  return Object.assign(state, { fetch: serve, inputsOf });
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
