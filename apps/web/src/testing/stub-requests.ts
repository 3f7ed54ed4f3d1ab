import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import { isPermission } from '../policy.ts';
import { targetOf, type OwnRequest } from '../shared/request-access/own-request.tsx';
import { fail, type Answers, type Organization } from './answers.ts';
import { stubExplanation } from './stub-why.ts';

const administrator = { key: 'u-admin', name: 'Amelia Hart' };

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

const changeRequest = (
  items: Organization['requests'],
  id: string,
  changes: Partial<OwnRequest>,
): OwnRequest => {
  const request = items.find((one) => one.id === id);
  if (request === undefined) throw fail('REQUEST_NOT_FOUND');
  return (items[items.indexOf(request)] = { ...request, ...changes });
};

/** Decides an open request like the real server: a decided one returns the existing decision. */
export function decideStubRequest(
  items: Organization['requests'],
  id: string,
  decision: Pick<OwnRequest, 'status' | 'note' | 'grant'>,
): OwnRequest {
  const { status, decidedBy, decidedAt } = changeRequest(items, id, {});
  if (status !== 'open') throw fail('REQUEST_DECIDED', { details: { status, decidedBy, decidedAt } });
  return changeRequest(items, id, {
    ...decision,
    decidedBy: administrator,
    decidedAt: new Date().toISOString(),
  });
}

/** The permissions that the request adds for a user with this role. */
function addsOf(target: ReturnType<typeof targetOf>, role: AppRole | null) {
  if (target === undefined) return [];
  const held: readonly string[] = role === null ? [] : permissionsOfRole(policy, role);
  const all =
    target.kind === 'role'
      ? permissionsOfRole(policy, target.role)
      : permissionsOfResourceRole(policy, target.resource, target.role);
  return all.filter((permission) => isPermission(permission) && !held.includes(permission));
}

/** Administrators decide. All requesters are viewers. */
export function requestAnswers(organization: Organization): Answers['requests'] {
  const { requests: items } = organization;
  const withStatus = (status: string | undefined): OwnRequest[] =>
    items.filter((one) => status === undefined || one.status === status);
  const seenBy = (request: OwnRequest, subject: string) => {
    const { target, on, requester, status, approvals } = request;
    const named =
      target.kind === 'instance' && target.resource === 'collections' ? 'Audit 2026' : 'Q4 review';
    const isReadable = organization.instances === 'readable';
    return {
      ...request,
      title: target.kind === 'instance' && isReadable ? named : null,
      isGone: target.kind === 'instance' && organization.instances === 'gone',
      deniedOn: on && { ...on, title: isReadable ? 'Q4 review' : null },
      isOwn: requester.key === subject,
      hasApproved: status === 'open' && approvals.some(({ by }) => by.key === subject),
    };
  };
  const meaningOf = (request: OwnRequest) => ({
    adds: addsOf(targetOf(request), 'viewer'),
    holds: [{ role: 'viewer' }],
    heldUntil: organization.heldUntil,
  });
  return {
    preview: ({ target }, { role }) => ({
      target,
      adds: addsOf(target, role),
      obstacle: null,
      heldUntil: null,
      approvers: { people: [administrator], more: false },
      durations: { choices: [86_400, 604_800], min: 60, max: 366 * 86_400, forGood: true },
      approvalsNeeded: 1,
    }),
    create: ({ target, reason, duration }) => {
      const sent = stubRequest({ target, reason, duration });
      items.unshift(sent);
      return sent;
    },
    withdraw: ({ id }) => changeRequest(items, id, { status: 'withdrawn' }),
    list: ({ status }, { role, subject }) => ({
      items: (role === 'admin' ? withStatus(status) : []).map((one) => {
        const seen = seenBy(one, subject);
        return { ...seen, canDecide: !seen.isOwn, meaning: seen.isOwn ? null : meaningOf(one) };
      }),
      nextCursor: null,
    }),
    openCount: (_, { role }) => {
      const open = role === 'admin' ? withStatus('open') : [];
      return { count: open.length, oldestAt: open.at(-1)?.createdAt ?? null };
    },
    ending: { items: [], total: 0, next: null },
    get: ({ id }, { subject }) => {
      const request = changeRequest(items, id, {});
      const meaning = meaningOf(request);
      const [permission] = meaning.adds;
      return {
        ...seenBy(request, subject),
        ...meaning,
        explanation:
          permission === undefined
            ? null
            : stubExplanation({ subject: request.requester.key, permission }, 'viewer'),
        undone: [],
      };
    },
    approve: ({ id, duration }) => {
      const request = changeRequest(items, id, {});
      const approvals = [...request.approvals, { by: administrator, at: new Date().toISOString() }];
      if (approvals.length < request.approvalsNeeded) return changeRequest(items, id, { approvals });
      const grant = stubGrant(duration ?? request.duration);
      return decideStubRequest(items, id, { status: 'approved', note: null, grant });
    },
    refuse: ({ id, note = null }) => decideStubRequest(items, id, { status: 'refused', note, grant: null }),
    undo: ({ id }) => {
      const none = { approvals: [], decidedBy: null, decidedAt: null, note: null, grant: null };
      return changeRequest(items, id, { status: 'open', ...none });
    },
    mails: [],
    chooseMail: (input) => input,
    mine: ({ status, limit = 100, cursor }) => {
      const all = withStatus(status);
      const items = all.slice(all.findIndex(({ id }) => id === cursor?.id) + 1).slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: last === undefined || last === all.at(-1) ? null : last };
    },
  };
}
