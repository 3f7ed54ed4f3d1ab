import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import { z } from 'zod';
import type { OwnRequest } from '../features/access/own-request.ts';
import type { AccessTarget } from '../components/request-sheet.ts';

export interface StubRequests {
  /** Newest first. */
  readonly items: OwnRequest[];
  /** Why nothing can be asked for. */
  obstacle: 'ALREADY_HELD' | 'ROLE_MANAGED_IN_LOGTO' | 'REQUEST_OPEN' | null;
  /** The code that `create` refuses with. */
  refusal: 'REQUEST_LIMIT' | 'REQUEST_OPEN' | null;
}

export function createStubRequests(): StubRequests {
  return { items: [], obstacle: null, refusal: null };
}

export const StubTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(['viewer', 'editor', 'admin']) }),
  z.object({
    kind: z.literal('instance'),
    resource: z.literal('reports'),
    id: z.string(),
    role: z.enum(['owner', 'editor', 'reader']),
  }),
]);

/** The answer of `requests.preview`, for a person with this role. */
export function stubPreview({ obstacle }: StubRequests, target: AccessTarget, role: AppRole) {
  const held = permissionsOfRole(policy, role);
  const granted =
    target.kind === 'role'
      ? permissionsOfRole(policy, target.role)
      : permissionsOfResourceRole(policy, 'reports', target.role);
  return {
    target,
    adds: granted.filter((permission) => !held.includes(permission)),
    obstacle,
    heldUntil: null,
    deciders: { people: [{ key: 'u-admin', name: 'Amelia Hart' }], more: false },
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

/** A request as it is when it was just sent; `changes` for what became of it. */
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
