import { z } from 'zod';
import { rolesFromLogto } from '../../directory/role-source.ts';
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
  ) => Promise<
    | {
        readonly status: string;
        readonly decidedBy: string | null;
        readonly approvals: readonly { readonly by: string }[];
      }
    | undefined
  >;
}

type Change = Pick<
  AuditEvent,
  'tenant' | 'action' | 'channel' | 'actor' | 'subject' | 'resource' | 'instance' | 'detail'
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
/** The changes that show whether a user had a role before them. */
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
  const { tenant, action, subject } = event;
  const { before, after } = sidesOf(event);
  if (action.startsWith('request.') && after.request !== undefined && after.status !== undefined) {
    return wasDecided(event, await present.requestOf(tenant, after.request));
  }
  const kind = ofRoles[action];
  if (kind === undefined || subject === null || after.roles === undefined) return undefined;
  const roles = before.roles ?? [];
  const [less, more] = kind === 'gains' ? [roles, after.roles] : [after.roles, roles];
  const role = more.find((one) => !less.includes(one));
  const shown = role === undefined ? endShown(after, later) : roleShown({ ...event, role, kind }, later);
  if (shown !== 'nothing') return shown;
  const instance = event.instance === null ? undefined : `${event.resource}:${event.instance}`;
  const held = await present.rolesOf({ tenant, subject, instance });
  if (role !== undefined) return held.some((one) => one.role === role) === (kind === 'gains');
  const has = (end: string): boolean => held.some(({ endsAt }) => endsAt === end);
  if (after.endsAt != null) return has(after.endsAt);
  return before.endsAt == null ? undefined : !has(before.endsAt);
}

type Shown = boolean | undefined | 'nothing';

/**
 * What later changes of the same role show of a change that gave or removed it. What changes of other roles found shows
 * nothing, because they may have read it before this change.
 */
function roleShown(
  { role, kind, tenant, instance }: Change & { readonly role: string; readonly kind: 'gains' | 'loses' },
  later: readonly Change[],
): Shown {
  for (const change of later) {
    const { before, after } = sidesOf(change);
    // It does not name the roles on instances, which it removed too.
    if (instance !== null && change.action === 'member.remove') return undefined;
    const isOfRole =
      before.roles === undefined
        ? (after.role ?? before.role) === role
        : before.roles.includes(role) !== (after.roles?.includes(role) ?? false);
    const isSame = ofRoles[change.action] === kind;
    // Sync removes from Permit what this change may have removed in Logto.
    const isEffect = isSame && change.channel === 'sync' && rolesFromLogto(tenant).has(role);
    if (!isOfRole || isEffect) continue;
    // An approval may only have extended the role.
    return isSame && change.action === 'request.approve' ? undefined : !isSame;
  }
  return 'nothing';
}

/** What later changes show of a change that only changed the end of a role. */
function endShown({ endsAt }: z.output<typeof Side>, later: readonly Change[]): Shown {
  if (later.length === 0) return 'nothing';
  return (endsAt != null && later.some((one) => sidesOf(one).before.endsAt === endsAt)) || undefined;
}

function wasDecided(
  event: Change,
  found: Awaited<ReturnType<PresentState['requestOf']>>,
): boolean | undefined {
  const { action, actor } = event;
  const { before, after } = sidesOf(event);
  if (action === 'request.create') return found !== undefined;
  const hasApproved = found?.approvals.some(({ by }) => by === actor) === true;
  if (action === 'request.undo' && before.status === 'open') return !hasApproved;
  if (action === 'request.approve') {
    // An approval that is missing may have been undone.
    if (found?.status === 'open') return hasApproved || undefined;
    if (hasApproved) return true;
  }
  return found?.status === after.status && (found?.decidedBy ?? actor) === actor;
}

function sidesOf({ detail }: Change) {
  return { before: Side.parse(detail?.['before'] ?? {}), after: Side.parse(detail?.['after'] ?? {}) };
}
