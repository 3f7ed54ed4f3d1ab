import { permissionsOf, rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import type { DirectoryPeople } from '../../auth/directory-person.ts';
import { permitted, router } from '../../trpc/trpc.ts';
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

/** About the policy table, which the console only shows: it is changed in code. */
export function createPolicyRouter({ people, readDrift }: PolicyRouterDeps) {
  return router({
    /** How many members of the caller's tenant hold each role, as they were last read: `{ viewer: 12, … }`. */
    holders: permitted('policy:view').query(({ ctx }) => people.countByRole(ctx.identity.tenant)),

    /**
     * How Permit differs from the table: `{ comparedAt, differences }`. It also names what other apps have in the environment, so
     * it is for whoever runs the installation. @throws `DIRECTORY_UNAVAILABLE`
     */
    drift: permitted('sync:view').query(() => readDrift()),

    /**
     * Who in the caller's tenant would gain or lose what, if the table were changed: a `PermissionImpact` for each permission
     * that somebody gains or loses. Names people, hence its permission.
     */
    impact: permitted('members:view')
      .input(Draft)
      .query(({ ctx, input: { changes } }) => impactOf(changes, { tenant: ctx.identity.tenant, people })),
  });
}
