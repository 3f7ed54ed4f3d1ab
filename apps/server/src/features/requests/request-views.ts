import type { NamedPerson } from '../../directory/people.ts';
import { ruleOf, type ApprovalRules } from './approval-rule.ts';
import type { RequestWithGrant } from './request-store.ts';
import { sharedResources, type Instance } from '../../directory/shared-resources.ts';
import { instanceIn, type TargetColumns } from './target.ts';
import type { GrantRow } from './tables.ts';

/** The target of a request. The policy may no longer have the role. */
export type TargetView =
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'instance'; readonly resource: string; readonly id: string; readonly role: string };

function targetView({ role, ...columns }: TargetColumns): TargetView {
  const on = instanceIn(columns);
  return on === null ? { kind: 'role', role } : { kind: 'instance', ...on, role };
}

/** The report or the collection on which the requester was denied the permission of the request. */
export function deniedOn({
  permission,
  permissionOn,
}: Pick<RequestWithGrant, 'permission' | 'permissionOn'>): Instance | null {
  const resource = sharedResources.find((one) => permission?.startsWith(`${one}:`));
  return resource === undefined || permissionOn === null ? null : { resource, id: permissionOn };
}

/** A grant. Times are ISO 8601. */
function grantView({ id, status, grantedAt, expiresAt, warnedAt, endedAt, failure }: GrantRow) {
  return {
    id,
    /**
     * `pending`: approved, the role will be assigned shortly. `active`. `ending`: the role is being removed. `ended`.
     * `failed`: the role was never assigned; `failure` has the reason.
     */
    status,
    grantedAt: grantedAt.toISOString(),
    /** `null` for no end. */
    expiresAt: expiresAt?.toISOString() ?? null,
    /** Whether it ends within 24 hours, or within the last quarter of a shorter grant. */
    endsSoon: warnedAt !== null && (status === 'active' || status === 'pending'),
    endedAt: endedAt?.toISOString() ?? null,
    failure,
  };
}

/** A request. Times are ISO 8601; `duration` is in seconds, `null` for no end. */
export function requestView(
  request: RequestWithGrant,
  { people, rules }: { readonly people: ReadonlyMap<string, NamedPerson>; readonly rules: ApprovalRules },
) {
  const { id, reason, permission, permissionOn, duration, status, createdAt, ...rest } = request;
  const personOf = (key: string): NamedPerson => people.get(key) ?? { key, name: null };
  return {
    id,
    target: targetView(rest),
    requester: personOf(rest.requester),
    reason,
    /** The permission that the requester was denied, if any. */
    permission,
    /** The report or the collection on which they were denied it, `{ resource, id }`. */
    on: deniedOn({ permission, permissionOn }),
    duration,
    status,
    createdAt: createdAt.toISOString(),
    /** The user who approved or refused it. */
    decidedBy: rest.decidedBy === null ? null : personOf(rest.decidedBy),
    decidedAt: rest.decidedAt?.toISOString() ?? null,
    note: rest.note,
    /** The number of users who must approve it. */
    approvalsNeeded: ruleOf(rules, request).approvals,
    /** Of an open request that needs two: the users who have approved it so far, with their times. */
    approvals: rest.approvals.map(({ by, at }) => ({ by: personOf(by), at: new Date(at).toISOString() })),
    /** Set for an approved request; all requests that extended the same grant have the same one. */
    grant: rest.grant === null || status !== 'approved' ? null : grantView(rest.grant),
  };
}

export type RequestView = ReturnType<typeof requestView>;

/** The keys of the users in a request. */
export function peopleIn({ requester, decidedBy, approvals }: RequestWithGrant): string[] {
  return [requester, ...(decidedBy === null ? [] : [decidedBy]), ...approvals.map(({ by }) => by)];
}
