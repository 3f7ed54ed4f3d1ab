import { rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import type { PermitReads, UserRole } from '@latchkey/directory-sync';
import type { AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import type { PdpDecider } from '../../directory/decisions.ts';
import type { ConnectedApplications } from '../../directory/connected-applications.ts';
import type { DirectoryPeople, RoleHolder } from '../../directory/directory-person.ts';
import { gatedPermissionsIn } from '../../directory/gated-permissions.ts';
import { latestUse, type PermissionUse, type PermissionUses } from '../../directory/permission-uses.ts';
import { permissionsOfRoles, previewRoles } from '../../directory/preview-roles.ts';
import type { RoleSource, RoleSourcesOf } from '../../directory/role-source.ts';
import { resourcesWithRoles } from '../../directory/shared-resources.ts';
import { weakestFirst } from '../../directory/weakest-first.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { isOlder, readUsePeriod, type UsePeriod } from './use-period.ts';

export interface UnusedDeps {
  readonly people: Pick<DirectoryPeople, 'holders' | 'countByRole' | 'among'>;
  readonly applications: Pick<ConnectedApplications, 'unusedSince'>;
  readonly uses: Omit<PermissionUses, 'readUses'>;
  readonly reads: Pick<PermitReads, 'rolesIn'>;
  readonly roleSourcesOf: RoleSourcesOf;
  readonly decider: Pick<PdpDecider, 'instanceGrants'>;
  readonly now: () => Date;
}

/** A tenant role whose removal takes away nothing that the user has used. Times are ISO 8601. */
export interface UnusedRole {
  readonly user: Pick<RoleHolder, 'key' | 'name' | 'email' | 'isMachine' | 'lastSignInAt'>;
  readonly role: string;
  readonly source: RoleSource;
  readonly since: string;
  /** In the tenant. `onInstances`: the number of instances on which the user keeps the permission. */
  readonly loses: readonly { readonly permission: AppPermission; readonly onInstances: number }[];
  /** The role's permissions that the user keeps through other tenant roles. */
  readonly keeps: readonly AppPermission[];
}

/** The number of members per statement, and the maximum number of statements per call. */
const batches = { size: 500, max: 4 };
/** The maximum number of members whose unused roles are counted. */
const maxCounted = 2_000;
/** The number of users per read, because Permit filters roles by at most 100 users. */
const usersPerRead = 100;

const Window = z.object({
  days: z.number().int().min(7).max(365).default(120),
});

export function createUnusedProcedures(deps: UnusedDeps) {
  const { people, applications, uses, reads, roleSourcesOf, decider, now } = deps;
  const periodOf = (tenant: string, days: number): Promise<UsePeriod> =>
    readUsePeriod(uses, { tenant, days, now: now() });

  const unusedAmong = async (tenant: string, members: readonly RoleHolder[], period: UsePeriod) => {
    const subjects = members.map(({ key }) => key);
    const usesOf = await uses.usesOf(tenant, { since: period.since, subjects });
    const candidates = members.filter(
      ({ key, roles }) => unusedRoles(roles, usesOf.get(key) ?? []).length > 0,
    );
    const present: UserRole[] = [];
    for (let start = 0; start < candidates.length; start += usersPerRead) {
      const users = candidates.slice(start, start + usersPerRead).map(({ key }) => key);
      present.push(...(await reads.rolesIn(tenant, { users }))); // oxlint-disable-line no-await-in-loop -- Permit limits its rate
    }
    const held = Map.groupBy(present, ({ user }) => user);
    return candidates.flatMap((user) => {
      const roles = held.get(user.key) ?? [];
      const sinceOf = new Map(roles.map((one) => [one.role, one.since]));
      const isOld = (role: string): boolean => isOlder(period, [sinceOf.get(role) ?? null]);
      return unusedRoles([...sinceOf.keys()], usesOf.get(user.key) ?? [], isOld).map((role) => ({
        user,
        role,
        since: sinceOf.get(role) ?? '',
      }));
    });
  };

  const simulate = async (
    tenant: string,
    shown: readonly AppPermission[],
    { user, role, since }: Awaited<ReturnType<typeof unusedAmong>>[number],
  ): Promise<UnusedRole | undefined> => {
    const [roles, onInstances] = await Promise.all([
      roleSourcesOf(tenant, user.key),
      decider.instanceGrants({ tenant, subject: user.key }, resourcesWithRoles),
    ]);
    const source = roles.find((one) => one.role === role)?.source;
    if (source === undefined) return undefined;
    const before = roles.map((one) => one.role);
    const after = before.filter((one) => one !== role);
    const granted = permissionsOfRoles([role]);
    const { loses } = previewRoles({ before, after, shown, onInstances });
    const keeps = shown
      .filter((one) => granted.has(one))
      .filter((one) => !loses.some(({ permission }) => permission === one));
    const { key, name, email, isMachine, lastSignInAt } = user;
    return { user: { key, name, email, isMachine, lastSignInAt }, role, source, since, loses, keeps };
  };

  const unusedConnections = async (tenant: string, since: Date, router: AnyTRPCRouter) => {
    const found = await applications.unusedSince(tenant, since, router);
    const members = await people.among(tenant, [...new Set(found.map(({ subject }) => subject))]);
    const memberOf = new Map(members.map((member) => [member.key, member]));
    return found.map(({ subject, ...application }) => ({
      user: {
        key: subject,
        name: memberOf.get(subject)?.name ?? null,
        email: memberOf.get(subject)?.email ?? null,
      },
      ...application,
    }));
  };

  return {
    /**
     * Lists the tenant roles that their holders did not use for `days`, sorted by the holder's name, each with what its
     * removal would take away: `{ since, isKnown, items, next, connections }`. `isKnown` is `false` if the audit log does not reach
     * back that far; then nothing is listed. `next` is the `cursor` of the next page, or `null`. In a large tenant, a
     * page can have fewer items than the limit.
     *
     * `connections`: up to 50 applications that did not act for their person for `days`, the longest unused first; only on
     * the first page for all roles.
     *
     * Removing all listed roles would take away no permission that was used. Roles assigned within the window are
     * omitted.
     * @throws {PermitApiError}
     */
    unused: permitted('reviews:manage', undefined)
      .input(
        Window.extend({
          role: z.enum(rolesOf(policy)).optional(),
          cursor: z.number().int().min(0).max(10_000_000).default(0),
          limit: z.number().int().min(1).max(50).default(25),
        }),
      )
      .query(async ({ ctx: { identity, router }, input: { days, role, cursor, limit } }) => {
        const { tenant } = identity;
        const { here } = await gatedPermissionsIn(tenant, router);
        const period = await periodOf(tenant, days);
        const { since, isKnown } = period;
        const items: UnusedRole[] = [];
        let next: number | null = isKnown ? cursor : null;
        /* oxlint-disable no-await-in-loop -- until the page is full */
        for (let batch = 0; next !== null && items.length < limit && batch < batches.max; batch += 1) {
          const offset: number = next;
          const { people: members } = await people.holders(tenant, {
            roles: role === undefined ? 'any' : [role],
            limit: batches.size,
            offset,
          });
          const found = (await unusedAmong(tenant, members, period)).filter(
            (one) => role === undefined || one.role === role,
          );
          // A page ends between two members, so it can have a few more items than the limit.
          const last = found[limit - items.length - 1]?.user;
          const taken =
            last === undefined ? found : found.slice(0, found.findLastIndex(({ user }) => user === last) + 1);
          items.push(
            ...(await Promise.all(taken.map((one) => simulate(tenant, here, one)))).filter(
              (one) => one !== undefined,
            ),
          );
          const isLast = members.length < batches.size;
          next =
            last !== undefined && taken.length < found.length
              ? offset + members.indexOf(last) + 1
              : isLast
                ? null
                : offset + members.length;
        }
        /* oxlint-enable no-await-in-loop */
        const connections =
          cursor === 0 && role === undefined ? await unusedConnections(tenant, since, router) : [];
        return { since: since.toISOString(), isKnown, items, next, connections };
      }),

    /**
     * Counts the roles that `unused` lists: `{ since, isKnown, count, isComplete }`. `isComplete` is `false` if the
     * tenant is so large that not all of its members were read.
     * @throws {PermitApiError}
     */
    unusedCount: permitted('reviews:manage', undefined)
      .input(Window)
      .query(async ({ ctx: { identity }, input: { days } }) => {
        const { tenant } = identity;
        const period = await periodOf(tenant, days);
        const { people: members, total } = period.isKnown
          ? await people.holders(tenant, { roles: 'any', limit: maxCounted })
          : { people: [], total: 0 };
        const { length } = await unusedAmong(tenant, members, period);
        return {
          since: period.since.toISOString(),
          isKnown: period.isKnown,
          count: length,
          isComplete: members.length === total,
        };
      }),

    /**
     * Returns how much each tenant role was used within `days`: `{ since, isKnown, roles }`, with `{ role, holders,
     * permissions: [{ permission, users }] }` for each role. `users`: how many users and machines used the permission,
     * through any role.
     */
    roleUse: permitted('reviews:manage', undefined)
      .input(Window)
      .query(async ({ ctx: { identity, router }, input: { days } }) => {
        const { tenant } = identity;
        const { here } = await gatedPermissionsIn(tenant, router);
        const [{ since, isKnown }, holders] = await Promise.all([
          periodOf(tenant, days),
          people.countByRole(tenant),
        ]);
        const users = await uses.usersByPermission(tenant, since);
        const roles = rolesOf(policy).map((role) => ({
          role,
          holders: holders[role] ?? 0,
          permissions: here
            .filter((one) => permissionsOfRoles([role]).has(one))
            .map((permission) => ({
              permission,
              users: users.get(permission) ?? 0,
            })),
        }));
        return { since: since.toISOString(), isKnown, roles };
      }),
  };
}

/**
 * Returns roles that can all be removed without taking away a used permission, strongest first. A role is unused if
 * nothing that only it grants was used. If other roles grant all its permissions, it is unused if none of these was
 * used. `isOld`: whether the user had the role during the whole window.
 */
function unusedRoles(
  roles: readonly string[],
  uses: readonly PermissionUse[],
  isOld: (role: string) => boolean = () => true,
): string[] {
  const inOrder = weakestFirst(rolesOf(policy).filter((role) => roles.includes(role)));
  let kept: readonly string[] = inOrder;
  return inOrder.toReversed().filter((role) => {
    const others = kept.filter((one) => one !== role);
    const keeps = permissionsOfRoles(others);
    const granted = [...permissionsOfRoles([role])];
    const lost = granted.filter((permission) => !keeps.has(permission));
    const isUnused = isOld(role) && latestUse(lost.length === 0 ? granted : lost, uses) === undefined;
    if (isUnused) kept = others;
    return isUnused;
  });
}
