import type { AnyTRPCProcedure } from '@trpc/server';
import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import { z } from 'zod';
import type { OwnRequest } from '../shared/request-access/own-request.tsx';
import { reportRoles, roles, sharedResources } from '../policy.ts';
import type { AccessTarget } from '../shared/request-access/use-request-sheet.ts';
import {
  changesOf,
  fail,
  forbidden,
  noRole,
  ById,
  isAdmin,
  roleOf,
  subjectOf,
  type StubProcedures,
  type StubState,
  createStubStreams,
  type StubStreams,
} from './stub-procedures.ts';
import { stubExplanation } from './stub-why.ts';

export interface StubRequests {
  /** Newest first. */
  readonly items: OwnRequest[];
  /** The obstacle to every request; `null` for none. */
  obstacle: 'ALREADY_HELD' | 'ROLE_MANAGED_IN_LOGTO' | 'REQUEST_OPEN' | 'NOT_CLEARED' | null;
  /** The code that refuses `create`. */
  refusal: 'REQUEST_LIMIT' | 'REQUEST_OPEN' | null;
  /** The code that refuses a decision. */
  decisionRefusal: 'ALREADY_HELD' | null;
  /** The end of the grants that requests would extend. */
  heldUntil: string | null;
  /** Whether the requested instances were deleted. */
  isGone: boolean;
  /** Whether the approver cannot view the requested instances. */
  isUnreadable: boolean;
  /** The code that refuses an undo. */
  undoRefusal: 'UNDO_EXPIRED' | null;
  /** The undone decisions of all requests. */
  readonly undone: object[];
  /** The response of `mails`: the user's mail preferences. */
  mails: { readonly kind: string; readonly isWanted: boolean }[];
  /** The stream of `requests.changes`. */
  readonly streams: StubStreams;
}

export function createStubRequests(): StubRequests {
  return {
    items: [],
    mails: [],
    obstacle: null,
    refusal: null,
    decisionRefusal: null,
    undoRefusal: null,
    undone: [],
    heldUntil: null,
    isGone: false,
    isUnreadable: false,
    streams: createStubStreams(),
  };
}

const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(roles) }),
  z.object({
    kind: z.literal('instance'),
    resource: z.enum(sharedResources),
    id: z.string(),
    role: z.enum(reportRoles),
  }),
]);

/** The response of `requests.preview`, for a user with this role. */
function previewOf({ obstacle }: StubRequests, target: AccessTarget, role: AppRole) {
  const held = permissionsOfRole(policy, role);
  const all =
    target.kind === 'role'
      ? permissionsOfRole(policy, target.role)
      : permissionsOfResourceRole(policy, target.resource, target.role);
  return {
    target,
    adds: obstacle === 'ALREADY_HELD' ? [] : all.filter((permission) => !held.includes(permission)),
    obstacle,
    heldUntil: null,
    approvers: { people: [{ key: 'u-admin', name: 'Amelia Hart' }], more: false },
    durations: { choices: [86_400, 604_800], min: 60, max: 366 * 86_400, forGood: true },
    approvalsNeeded: 1 as const,
  };
}

const administrator = { key: 'u-admin', name: 'Amelia Hart' };

const isApprovedBy = ({ status, approvals }: OwnRequest, subject: string): boolean =>
  status === 'open' && approvals.some(({ by }) => by.key === subject);

/** A newly sent request; `changes` overrides its fields. */
export function stubRequest(
  request: Pick<OwnRequest, 'target' | 'reason' | 'duration'>,
  changes: Partial<OwnRequest> = {},
): OwnRequest {
  return {
    id: crypto.randomUUID(),
    requester: { key: 'u-viewer', name: '김서연' },
    permission: null,
    on: null,
    status: 'open',
    approvalsNeeded: 1,
    approvals: [],
    createdAt: new Date().toISOString(),
    decidedBy: null,
    decidedAt: null,
    note: null,
    grant: null,
    ...request,
    ...changes,
  };
}

type Decision = Pick<OwnRequest, 'status' | 'note' | 'grant'>;

/** Decides an open request like the real server: a decided one returns the existing decision. */
export function decideStubRequest(requests: StubRequests, id: string, decision: Decision): OwnRequest {
  const request = requests.items.find((one) => one.id === id);
  if (request === undefined) throw fail({ status: 'NOT_FOUND', code: 'REQUEST_NOT_FOUND' });
  const { status, decidedBy, decidedAt } = request;
  if (status !== 'open') {
    const details = { status, decidedBy, decidedAt };
    throw fail({ status: 'CONFLICT', code: 'REQUEST_DECIDED', details });
  }
  if (requests.decisionRefusal !== null && decision.status === 'approved')
    throw fail({ status: 'CONFLICT', code: requests.decisionRefusal });
  const decided = {
    ...request,
    ...decision,
    decidedBy: administrator,
    decidedAt: new Date().toISOString(),
  };
  requests.items[requests.items.indexOf(request)] = decided;
  return decided;
}

export function stubGrant(duration: number | null): NonNullable<OwnRequest['grant']> {
  const now = Date.now();
  return {
    id: crypto.randomUUID(),
    status: 'pending',
    grantedAt: new Date(now).toISOString(),
    expiresAt: duration === null ? null : new Date(now + duration * 1000).toISOString(),
    endsSoon: false,
    endedAt: null,
    failure: null,
  };
}

/** The title of the request's instance. */
function titleOf({ isGone, isUnreadable }: StubRequests, { target }: OwnRequest): string | null {
  if (target.kind === 'role' || isGone || isUnreadable) return null;
  return target.resource === 'collections' ? 'Audit 2026' : 'Q4 review';
}

function namedBy(requests: StubRequests, request: OwnRequest) {
  const { on, target } = request;
  return {
    title: titleOf(requests, request),
    isGone: target.kind === 'instance' && requests.isGone,
    deniedOn: on && { ...on, title: requests.isUnreadable ? null : 'Q4 review' },
  };
}

/** What a request would add for its requester, a viewer. */
function meaningOf(requests: StubRequests, { target }: OwnRequest) {
  const { adds } = previewOf(requests, Target.parse(target), 'viewer');
  return { adds, holds: [{ role: 'viewer' }], heldUntil: requests.heldUntil };
}

const ByStatus = z.object({ status: z.string().optional() });

/** The procedures of requests. Administrators decide. */
export function stubRequestProcedures(
  { gated, signedIn }: StubProcedures,
  { requests, state }: { readonly requests: StubRequests; readonly state: StubState },
): Record<string, AnyTRPCProcedure> {
  const { items } = requests;
  const withStatus = (status: string | undefined): OwnRequest[] =>
    items.filter((one) => status === undefined || one.status === status);
  const find = (id: string): OwnRequest => {
    const request = items.find((one) => one.id === id);
    if (request === undefined) throw fail({ status: 'NOT_FOUND', code: 'REQUEST_NOT_FOUND' });
    return request;
  };
  const replace = (request: OwnRequest, changes: Partial<OwnRequest>): OwnRequest =>
    (items[items.indexOf(request)] = { ...request, ...changes });
  return {
    preview: gated
      .input(z.object({ target: Target }))
      .query(({ ctx: { token }, input: { target } }) => previewOf(requests, target, roleOf(token))),
    create: gated
      .input(z.object({ target: Target, reason: z.string().min(1), duration: z.number().nullable() }))
      .mutation(({ input }) => {
        if (requests.refusal !== null) throw fail({ status: 'CONFLICT', code: requests.refusal });
        const sent = stubRequest(input);
        items.unshift(sent);
        return sent;
      }),
    withdraw: gated.input(ById).mutation(({ input: { id } }) => replace(find(id), { status: 'withdrawn' })),
    list: gated.input(ByStatus).query(({ ctx, input: { status } }) => {
      if (state.roleless) throw fail(noRole);
      return {
        items: (isAdmin(ctx.token) ? withStatus(status) : []).map((one) => {
          const isOwn = one.requester.key === subjectOf(ctx.token);
          const meaning = isOwn ? null : meaningOf(requests, one);
          const hasApproved = isApprovedBy(one, subjectOf(ctx.token));
          return { ...one, ...namedBy(requests, one), isOwn, hasApproved, canDecide: !isOwn, meaning };
        }),
        nextCursor: null,
      };
    }),
    get: gated.input(ById).query(({ ctx, input: { id } }): object => {
      if (state.refusedInputs.has(id)) throw fail({ status: 'BAD_REQUEST', code: 'BAD_REQUEST' });
      if (!isAdmin(ctx.token)) throw forbidden('requests:decide', ['admin']);
      const request = find(id);
      const subject = request.requester.key;
      const meaning = meaningOf(requests, request);
      const [permission] = meaning.adds;
      return {
        ...request,
        ...namedBy(requests, request),
        ...meaning,
        explanation: permission === undefined ? null : stubExplanation({ subject, permission }, 'viewer'),
        isOwn: subject === subjectOf(ctx.token),
        hasApproved: isApprovedBy(request, subjectOf(ctx.token)),
        undone: requests.undone,
      };
    }),
    approve: gated
      .input(ById.extend({ duration: z.number().optional() }))
      .mutation(({ input: { id, duration } }) => {
        const request = find(id);
        const approvals = [...request.approvals, { by: administrator, at: new Date().toISOString() }];
        if (approvals.length < request.approvalsNeeded) return replace(request, { approvals });
        const grant = stubGrant(duration ?? request.duration);
        return decideStubRequest(requests, id, { status: 'approved', note: null, grant });
      }),
    refuse: gated
      .input(ById.extend({ note: z.string().optional() }))
      .mutation(({ input: { id, note = null } }) =>
        decideStubRequest(requests, id, { status: 'refused', note, grant: null }),
      ),
    // Like the real server: undoes only the given decision.
    undo: gated.input(ById.extend({ decidedAt: z.string() })).mutation(({ input: { id, decidedAt } }) => {
      const request = find(id);
      if (request.approvals.some(({ at }) => at === decidedAt)) return replace(request, { approvals: [] });
      if (requests.undoRefusal !== null) throw fail({ status: 'CONFLICT', code: requests.undoRefusal });
      if (request.decidedAt !== decidedAt || request.decidedBy === null || request.status === 'open')
        throw fail({ status: 'CONFLICT', code: 'REQUEST_CHANGED' });
      const { decidedBy, status: decision } = request;
      requests.undone.push({ decision, decidedBy, decidedAt, undoneAt: new Date().toISOString() });
      return replace(request, { status: 'open', decidedBy: null, decidedAt: null, note: null, grant: null });
    }),
    changes: signedIn.subscription(() => changesOf(requests.streams)),
    mails: gated.query(() => requests.mails),
    chooseMail: gated.input(z.object({ kind: z.string(), isWanted: z.boolean() })).mutation(({ input }) => {
      requests.mails = requests.mails.map((one) => (one.kind === input.kind ? input : one));
      return input;
    }),
    mine: gated
      .input(ByStatus.extend({ limit: z.number().default(100), cursor: z.number().default(0) }))
      .query(({ input: { status, limit, cursor } }) => {
        const [all, next] = [withStatus(status), cursor + limit];
        return { items: all.slice(cursor, next), nextCursor: next < all.length ? next : null };
      }),
  };
}
