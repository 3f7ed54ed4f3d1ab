import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { z } from 'zod';
import type { OwnRequest } from '../features/access/own-request.ts';
import type { AccessTarget } from '../components/request-sheet.ts';
import { fail } from './stub-failures.ts';
import { stubExplanation } from './stub-why.ts';
import { createStubStreams, type StubStreams } from './stub-streams.ts';

export interface StubRequests {
  /** Newest first. */
  readonly items: OwnRequest[];
  /** Why nothing can be requested. */
  obstacle: 'ALREADY_HELD' | 'ROLE_MANAGED_IN_LOGTO' | 'REQUEST_OPEN' | null;
  /** The code that `create` refuses with. */
  refusal: 'REQUEST_LIMIT' | 'REQUEST_OPEN' | null;
  /** The code that a decision is refused with. */
  decisionRefusal: 'ALREADY_HELD' | null;
  /** The end of the grants that requests would extend. */
  heldUntil: string | null;
  /** Whether the requested instances were deleted. */
  isGone: boolean;
  /** The code that an undo is refused with. */
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
    streams: createStubStreams(),
  };
}

export const StubTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(['viewer', 'editor', 'admin']) }),
  z.object({
    kind: z.literal('instance'),
    resource: z.enum(['reports', 'collections']),
    id: z.string(),
    role: z.enum(['owner', 'editor', 'reader']),
  }),
]);

/** The response of `requests.preview`, for a user with this role. */
export function stubPreview({ obstacle }: StubRequests, target: AccessTarget, role: AppRole) {
  const held = permissionsOfRole(policy, role);
  const granted =
    target.kind === 'role'
      ? permissionsOfRole(policy, target.role)
      : permissionsOfResourceRole(policy, target.resource, target.role);
  return {
    target,
    adds: granted.filter((permission) => !held.includes(permission)),
    obstacle,
    heldUntil: null,
    approvers: { people: [{ key: 'u-admin', name: 'Amelia Hart' }], more: false },
    durations: { choices: [86_400, 604_800], min: 60, max: 366 * 86_400, forGood: true },
  };
}

export function sendStubRequest(
  { items }: StubRequests,
  request: Parameters<typeof stubRequest>[0],
): OwnRequest {
  const sent = stubRequest(request);
  items.unshift(sent);
  return sent;
}

export function changeStubRequest(
  { items }: StubRequests,
  id: string,
  changes: Partial<OwnRequest>,
): { readonly id: string } {
  const index = items.findIndex((one) => one.id === id);
  const request = items[index];
  if (request !== undefined) items[index] = { ...request, ...changes };
  return { id };
}

/** A newly sent request; `changes` overrides its fields. */
export function stubRequest(
  request: Pick<OwnRequest, 'target' | 'reason' | 'duration'>,
  changes: Partial<OwnRequest> = {},
): OwnRequest {
  return {
    id: crypto.randomUUID(),
    requester: { key: 'u-viewer', name: '김서연' },
    permission: null,
    status: 'open',
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
    decidedBy: { key: 'u-admin', name: 'Amelia Hart' },
    decidedAt: new Date().toISOString(),
  };
  requests.items[requests.items.indexOf(request)] = decided;
  return decided;
}

/** Like the real server: undoes only the given decision. */
export function undoStubDecision(
  requests: StubRequests,
  { id, decidedAt }: { readonly id: string; readonly decidedAt: string },
): OwnRequest {
  const request = requests.items.find((one) => one.id === id);
  if (requests.undoRefusal !== null) throw fail({ status: 'CONFLICT', code: requests.undoRefusal });
  if (request?.decidedAt !== decidedAt || request.decidedBy === null || request.status === 'open')
    throw fail({ status: 'CONFLICT', code: 'REQUEST_CHANGED' });
  const { decidedBy, status: decision } = request;
  requests.undone.push({ decision, decidedBy, decidedAt, undoneAt: new Date().toISOString() });
  const open = {
    ...request,
    status: 'open' as const,
    decidedBy: null,
    decidedAt: null,
    note: null,
    grant: null,
  };
  requests.items[requests.items.indexOf(request)] = open;
  return open;
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

type StubDetails = OwnRequest & {
  readonly title: string | null;
  readonly adds: readonly AppPermission[];
  readonly holds: readonly { readonly role: string }[];
  readonly heldUntil: string | null;
  readonly explanation: object | null;
  readonly isOwn: boolean;
  readonly undone: readonly object[];
};

/** The title of the request's instance. */
export function stubTitle({ isGone }: StubRequests, { target }: OwnRequest): string | null {
  if (target.kind === 'role' || isGone) return null;
  return target.resource === 'collections' ? 'Audit 2026' : 'Q4 review';
}

/** A request in a list: the requester is a viewer. */
export function stubMeaning(requests: StubRequests, { target }: OwnRequest) {
  const { adds } = stubPreview(requests, StubTarget.parse(target), 'viewer');
  return { adds, holds: [{ role: 'viewer' }], heldUntil: requests.heldUntil };
}

/** An approver's view of a request: the requester is a viewer. */
export function stubDetails(requests: StubRequests, id: string, subject: string): StubDetails {
  const request = requests.items.find((one) => one.id === id);
  if (request === undefined) throw fail({ status: 'NOT_FOUND', code: 'REQUEST_NOT_FOUND' });
  const meaning = stubMeaning(requests, request);
  const [asked] = meaning.adds;
  return {
    ...request,
    title: stubTitle(requests, request),
    ...meaning,
    explanation:
      asked === undefined
        ? null
        : stubExplanation({ subject: request.requester.key, permission: asked }, 'viewer'),
    isOwn: request.requester.key === subject,
    undone: requests.undone,
  };
}
