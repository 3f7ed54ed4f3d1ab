import { permissionsOf, rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import type { DirectoryPeople } from '../../directory/directory-person.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import { impactOf } from './impact-of.ts';
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

/** The policy table, which is changed in code and read-only in the console. */
export function createPolicyRouter({ people, readDrift }: PolicyRouterDeps) {
  return router({
    /** Returns the number of members of the caller's tenant with each role, as last read: `{ viewer: 12, … }`. */
    holders: permitted('policy:view').query(({ ctx }) => people.countByRole(ctx.identity.tenant)),

    /**
     * Returns how Permit differs from the table: `{ comparedAt, differences }`. It includes objects of other apps in
     * the environment, so it is for operators of the installation.
     * @throws `DIRECTORY_UNAVAILABLE`
     */
    drift: permitted('sync:view').query(() => readDrift()),

    /**
     * Returns who in the caller's tenant would gain or lose what if the table changed: a `PermissionImpact` for each
     * affected permission. It names members, hence its permission.
     */
    impact: permitted('members:view')
      .input(Draft)
      .query(({ ctx, input: { changes } }) => impactOf(changes, { tenant: ctx.identity.tenant, people })),
  });
}
