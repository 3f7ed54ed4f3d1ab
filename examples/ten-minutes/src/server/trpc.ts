import { toProblem, type PolicyPermissions } from '@latchkey/permissions';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import { createGates, permissionErrors, type Gate } from '@latchkey/permissions/trpc';
import { initTRPC } from '@trpc/server';
import type { policy } from '../policy.ts';

export interface Context {
  readonly permissions: PolicyPermissions<typeof policy>;
  readonly directory: Pick<PermitDirectory<typeof policy>, 'assignRole'>;
}

const t = initTRPC
  .context<Context>()
  .meta<{ readonly gate?: Gate }>()
  .create({
    // `error.data.problem` names the missing permission, and the roles and rules that grant it.
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      data: { ...shape.data, problem: toProblem(error.cause) },
    }),
  });

export const router = t.router;
export const permitted = createGates(t.procedure);
/** For the few procedures that every signed-in user may call. */
export const signedIn = t.procedure.use(permissionErrors);
