import { defaultTenant } from '@latchkey/directory-sync';
import {
  permissionsOf,
  rolesOf,
  changeGrants,
  permissionsOfRole,
  type GrantChange,
} from '@latchkey/permissions';
import { policy, isAboutInstallation, type AppPermission } from '@latchkey/policy';
import { z } from 'zod';
import type { DirectoryPeople, DirectoryPerson, RoleGroup } from '../../directory/directory-person.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import type { ReadDrift } from './read-drift.ts';

const Draft = z.object({
  changes: z
    .array(
      z.object({
        role: z.enum(rolesOf(policy)),
        permission: z.enum(permissionsOf(policy)),
        granted: z.boolean(),
      }),
    )
    .min(1)
    .max(rolesOf(policy).length * permissionsOf(policy).length),
});

export interface PolicyRouterDeps {
  readonly people: Pick<DirectoryPeople, 'countByRole' | 'groups' | 'inGroups'>;
  readonly readDrift: ReadDrift;
}

export function createPolicyRouter({ people, readDrift }: PolicyRouterDeps) {
  return router({
    /** Returns the number of members of the caller's tenant with each role, as last read: `{ viewer: 12, … }`. */
    holders: permitted('policy:view')
      .meta({
        tool: {
          name: 'count_roles',
          title: 'Count the holders of each role',
          description: 'How many people hold each role of the organization.',
        },
      })
      .query(({ ctx }) => people.countByRole(ctx.identity.tenant)),

    /**
     * Returns how Permit differs from the table: `{ comparedAt, differences }`. The differences include objects of
     * other apps in the environment, so only operators of the installation may read them.
     * @throws `DIRECTORY_UNAVAILABLE`
     */
    drift: permitted('sync:view').query(() => readDrift()),

    /**
     * Returns which members of the caller's tenant would gain or lose permissions if the table were changed. Requires
     * `members:view`, because the answer names members.
     */
    impact: permitted('members:view')
      .input(Draft)
      .query(({ ctx, input: { changes } }) => impactOf(changes, { tenant: ctx.identity.tenant, people })),
  });
}

interface Affected {
  readonly members: number;
  readonly first: readonly DirectoryPerson[];
}

export interface PermissionImpact {
  readonly permission: AppPermission;
  readonly gains: Affected;
  readonly loses: Affected;
  /** The number of members who would have the permission after the change. */
  readonly left: number;
}

const maxNamed = 8;

/** Ignores permissions from roles on instances and from conditions, which a draft does not change. */
async function impactOf(
  changes: readonly GrantChange[],
  {
    tenant,
    people,
  }: { readonly tenant: string; readonly people: Pick<DirectoryPeople, 'groups' | 'inGroups'> },
): Promise<PermissionImpact[]> {
  const draft = changeGrants(policy, changes);
  const groups = (await people.groups(tenant)).map((group) => ({
    group,
    had: permissionsBy(policy, group),
    has: permissionsBy(draft, group),
  }));
  const affected = async (found: readonly RoleGroup[]): Promise<Affected> => ({
    members: sum(found),
    first: await people.inGroups(tenant, { groups: found, limit: maxNamed }),
  });
  const counted = permissionsOf(policy).filter(
    (permission) => tenant === defaultTenant || !isAboutInstallation(permission),
  );
  const impacts = counted.map(async (permission): Promise<PermissionImpact> => {
    const gaining = groups.filter(({ had, has }) => has.has(permission) && !had.has(permission));
    const losing = groups.filter(({ had, has }) => had.has(permission) && !has.has(permission));
    const holding = groups.filter(({ has }) => has.has(permission));
    return {
      permission,
      gains: await affected(gaining.map(({ group }) => group)),
      loses: await affected(losing.map(({ group }) => group)),
      left: sum(holding.map(({ group }) => group)),
    };
  });
  return (await Promise.all(impacts)).filter(({ gains, loses }) => gains.members + loses.members > 0);
}

function permissionsBy(table: Parameters<typeof changeGrants>[0], { roles }: RoleGroup): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => permissionsOfRole(table, role)));
}

function sum(groups: readonly RoleGroup[]): number {
  return groups.reduce((total, { members }) => total + members, 0);
}
