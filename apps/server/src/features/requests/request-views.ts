import type { NamedPerson } from '../../auth/people.ts';
import type { GrantRow, RequestWithGrant } from './request-store.ts';
import type { TargetColumns } from './target.ts';

/** What was asked for. The role may be one that the policy had when it was asked for. */
export type TargetView =
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'instance'; readonly resource: string; readonly id: string; readonly role: string };

function targetView({ role, resource, instance }: TargetColumns): TargetView {
  return resource === null || instance === null
    ? { kind: 'role', role }
    : { kind: 'instance', resource, id: instance, role };
}

/** A grant. Times are ISO 8601. */
function grantView({ id, status, grantedAt, expiresAt, warnedAt, endedAt, failure }: GrantRow) {
  return {
    id,
    /**
     * `pending`: approved, the role arrives in a moment. `active`. `ending`: over, the role is being removed. `ended`.
     * `failed`: the role was never given, `failure` says why.
     */
    status,
    grantedAt: grantedAt.toISOString(),
    /** `null`: for good. */
    expiresAt: expiresAt?.toISOString() ?? null,
    /** Whether the end is near: 24 hours before it, or a quarter of a shorter grant. */
    endsSoon: warnedAt !== null && (status === 'active' || status === 'pending'),
    endedAt: endedAt?.toISOString() ?? null,
    failure,
  };
}

/** A request. Times are ISO 8601, `duration` is in seconds, `null` is for good. */
export function requestView(
  { id, reason, permission, duration, status, createdAt, ...rest }: RequestWithGrant,
  people: ReadonlyMap<string, NamedPerson>,
) {
  const personOf = (key: string): NamedPerson => people.get(key) ?? { key, name: null };
  return {
    id,
    target: targetView(rest),
    requester: personOf(rest.requester),
    reason,
    /** The permission that the requester was denied, when they came from a denial. */
    permission,
    duration,
    status,
    createdAt: createdAt.toISOString(),
    /** Who approved or refused it. */
    decidedBy: rest.decidedBy === null ? null : personOf(rest.decidedBy),
    decidedAt: rest.decidedAt?.toISOString() ?? null,
    note: rest.note,
    /** Of an approved request; the newest request of a grant that was extended, and the ones before, have the same. */
    grant: rest.grant === null || status !== 'approved' ? null : grantView(rest.grant),
  };
}

/** The keys of the people in a request. */
export function peopleIn({ requester, decidedBy }: RequestWithGrant): string[] {
  return decidedBy === null ? [requester] : [requester, decidedBy];
}
