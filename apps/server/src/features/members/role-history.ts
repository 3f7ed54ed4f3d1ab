import { rolesOf } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import { z } from 'zod';
import type { RoleGroup } from '../../directory/directory-person.ts';

/** An event of the audit log that may have changed a user's tenant roles. */
export interface LoggedRoleChange {
  readonly subject: string;
  readonly action: string;
  readonly at: Date;
  readonly detail: unknown;
}

/** The actions that change tenant roles. */
export const roleActions = [
  'role.assign',
  'role.unassign',
  'grant.end',
  'request.approve',
  'request.undo',
  'member.remove',
  'member.restore',
] as const;

export interface RolePoint {
  /** ISO 8601. */
  readonly at: string;
  /** The number of active members with any role. */
  readonly members: number;
  /** The number of active members with each role. */
  readonly roles: Readonly<Record<AppRole, number>>;
}

interface Step {
  readonly at: number;
  readonly role: string;
  readonly isHeld: boolean;
}

const Part = z
  .object({
    role: z.string().optional(),
    roles: z.array(z.string()).optional(),
    status: z.string().optional(),
    done: z.array(z.string()).optional(),
  })
  .default({});
const Detail = z.object({ before: Part, after: Part }).default({ before: {}, after: {} });

const names = rolesOf(policy);

/**
 * Returns the number of members with each role at these times, the last of which is the present: the present roles,
 * from which the logged changes are taken back. `changes`: all since the first time, oldest first.
 */
export function roleHistory(
  times: readonly number[],
  {
    changes,
    groups,
    rolesNow,
  }: {
    readonly changes: readonly LoggedRoleChange[];
    readonly groups: readonly RoleGroup[];
    /** The present roles of the active members among the subjects of the changes. */
    readonly rolesNow: ReadonlyMap<string, readonly string[]>;
  },
): RolePoint[] {
  const users = [...Map.groupBy(changes, ({ subject }) => subject)].map(([subject, ofUser]) => ({
    now: rolesNow.get(subject) ?? [],
    steps: stepsOf(ofUser),
  }));
  const countIn = (roles: readonly string[]): number =>
    groups.reduce((sum, one) => sum + (one.roles.some((role) => roles.includes(role)) ? one.members : 0), 0);
  return times.map((time, index) => {
    const isNow = index === times.length - 1;
    const difference = (roles: readonly string[]): number =>
      isNow
        ? 0
        : users.reduce((sum, { now, steps }) => {
            const isHeld = roles.some((role) => isHeldAt(time, role, { now, steps }));
            return sum + Number(isHeld) - Number(roles.some((role) => now.includes(role)));
          }, 0);
    const count = (roles: readonly string[]): number => countIn(roles) + difference(roles);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each role
    const roles = Object.fromEntries(names.map((role) => [role, count([role])])) as Record<AppRole, number>;
    return { at: new Date(time).toISOString(), members: count(names), roles };
  });
}

/** Before its first change, a role was not as it was after that. Without a change, it was as it is now. */
function isHeldAt(
  time: number,
  role: string,
  { now, steps }: { readonly now: readonly string[]; readonly steps: readonly Step[] },
): boolean {
  const ofRole = steps.filter((step) => step.role === role);
  const last = ofRole.findLast(({ at }) => at <= time);
  if (last !== undefined) return last.isHeld;
  const [next] = ofRole;
  return next === undefined ? now.includes(role) : !next.isHeld;
}

/** The roles that one user got and lost, oldest first. */
function stepsOf(changes: readonly LoggedRoleChange[]): Step[] {
  const steps: Step[] = [];
  const heldBeforeApproval = new Map<string, boolean>();
  for (const { action, at, detail } of changes) {
    const { before, after } = Detail.catch({ before: {}, after: {} }).parse(detail ?? undefined);
    const set = (roles: readonly string[], isHeld: boolean): void =>
      void steps.push(...roles.map((role) => ({ at: at.getTime(), role, isHeld })));
    const role = after.role ?? before.role;
    const one = role === undefined ? [] : [role];
    const [had = [], has = []] = [before.roles, after.roles];
    if (action === 'role.assign')
      set(after.roles === undefined ? one : has.filter((each) => !had.includes(each)), true);
    else if (action === 'role.unassign')
      set(before.roles === undefined ? one : had.filter((each) => !has.includes(each)), false);
    else if (action === 'grant.end') set(one, false);
    else if (action === 'member.restore') set(has, true);
    else if (
      action === 'member.remove' &&
      after.done?.some((done) => done === 'roles' || done === 'organization') === true
    )
      set(had, false);
    else if (role !== undefined && action === 'request.approve' && after.status === 'approved') {
      const last = steps.findLast((step) => step.role === role);
      heldBeforeApproval.set(role, last?.isHeld ?? false);
      set(one, true);
    } else if (role !== undefined && action === 'request.undo' && before.status === 'approved')
      set(one, heldBeforeApproval.get(role) ?? false);
  }
  return steps;
}
