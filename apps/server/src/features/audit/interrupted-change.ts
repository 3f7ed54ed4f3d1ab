import { z } from 'zod';
import type { AuditEvent } from './audit-event.ts';

/** Reads what Permit, Logto and the tables have now. Each method rejects during an outage. */
export interface PresentState {
  /** The roles in the tenant or on the instance, also those that a suspension has stored. `endsAt`: `null` for no end. */
  readonly rolesOf: (place: {
    readonly tenant: string;
    readonly subject: string;
    readonly instance?: string | undefined;
  }) => Promise<readonly { readonly role: string; readonly endsAt: string | null }[]>;
  /** `undefined` if there is no such request. */
  readonly requestOf: (
    tenant: string,
    id: string,
  ) => Promise<{ readonly status: string; readonly decidedBy: string | null } | undefined>;
}

type Change = Pick<
  AuditEvent,
  'tenant' | 'action' | 'actor' | 'subject' | 'resource' | 'instance' | 'detail'
>;

const Side = z
  .object({
    role: z.string().optional(),
    roles: z.array(z.string()).optional(),
    endsAt: z.string().nullish(),
    request: z.string().optional(),
    status: z.string().optional(),
  })
  .catch({});

const ofRoles: Readonly<Record<string, 'gains' | 'loses'>> = {
  'role.assign': 'gains',
  'share.give': 'gains',
  'request.approve': 'gains',
  'role.unassign': 'loses',
  'share.take': 'loses',
  'grant.end': 'loses',
  'member.remove': 'loses',
};
/** The changes that say whether a user had a role before them. */
export const changesOfRoles: readonly string[] = Object.keys(ofRoles);

/**
 * Whether an interrupted change was made; `undefined` if nothing shows it. `later`: the later changes of roles of the same
 * user in the same place, oldest first, because they can have changed what is there now.
 * @throws during an outage
 */
export async function wasMade(
  event: Change,
  later: readonly Change[],
  present: PresentState,
): Promise<boolean | undefined> {
  const { tenant, action, actor, subject } = event;
  const { before, after } = sidesOf(event);
  if (action.startsWith('request.') && after.request !== undefined && after.status !== undefined) {
    const found = await present.requestOf(tenant, after.request);
    // It may have been the first of two approvals.
    if (action === 'request.approve' && found?.status === 'open') return undefined;
    return found?.status === after.status && (found.decidedBy ?? actor) === actor;
  }
  const kind = ofRoles[action];
  if (kind === undefined || subject === null || before.roles === undefined || after.roles === undefined)
    return undefined;
  const [less, more] = kind === 'gains' ? [before.roles, after.roles] : [after.roles, before.roles];
  const changed = more.find((role) => !less.includes(role));
  const next = changed === undefined ? undefined : hadRole(changed, later);
  const instance = event.instance === null ? undefined : `${event.resource}:${event.instance}`;
  if (next !== undefined) return next === (kind === 'gains');
  const held = await present.rolesOf({ tenant, subject, instance });
  if (changed !== undefined) return held.some(({ role }) => role === changed) === (kind === 'gains');
  // Only the end of a role was changed.
  const has = (end: string): boolean => held.some(({ endsAt }) => endsAt === end);
  return after.endsAt == null ? before.endsAt != null && !has(before.endsAt) : has(after.endsAt);
}

/** Whether the user had the role before the first change that says so. */
function hadRole(role: string, changes: readonly Change[]): boolean | undefined {
  for (const change of changes) {
    const { before, after } = sidesOf(change);
    if (before.roles !== undefined) return before.roles.includes(role);
    if ((after.role ?? before.role) === role) return ofRoles[change.action] === 'loses';
  }
  return undefined;
}

function sidesOf({ detail }: Change) {
  return { before: Side.parse(detail?.['before'] ?? {}), after: Side.parse(detail?.['after'] ?? {}) };
}
