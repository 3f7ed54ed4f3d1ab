import { defaultTenant } from '@latchkey/directory-sync';
import { permitted, router, signedIn } from '../../platform/trpc/trpc.ts';
import type { SetupRouterDeps } from './open-setup.ts';

/** The checklist ends when everything was done once, or when it is dismissed. */
export function createSetupRouter(deps: SetupRouterDeps) {
  return router({
    /**
     * Returns the state of the checklist.
     *
     * - `not-yours`: only users with `sync:view` see the checklist, in the tenant `default`, because it is about the
     *   installation.
     * - `hidden`: it is over.
     * - `no-administrator`: the installation has no administrator, so no user can see the checklist or assign a role.
     *   Reported to all users, even if the last administrator was lost after the checklist ended.
     * - `open`, with the `checks`, for users with `sync:view`. `done`: the same, once, when everything is done.
     */
    status: signedIn.query(async ({ ctx: { identity, permissions } }) => {
      const notYours = { state: 'not-yours' } as const;
      if (identity.isMachine === true || identity.tenant !== defaultTenant) return notYours;
      // The state `done` is shown only once, so not to an administrator in a view as another user.
      if (identity.viewAs !== undefined) return notYours;
      if ((await permissions.check('sync:view')).outcome === 'deny')
        return (await deps.hasAdministrator()) ? notYours : ({ state: 'no-administrator' } as const);
      if (await deps.store.isOver()) return { state: 'hidden' } as const;
      const checks = await deps.makeChecks();
      const isDone = checks.every(({ state }) => state === 'done');
      if (isDone) await deps.store.end(null);
      return { state: isDone ? 'done' : 'open', checks, links: deps.links } as const;
    }),

    dismiss: permitted('sync:reconcile').mutation(async ({ ctx: { identity } }) => {
      await deps.store.end(identity.subject);
      return { state: 'hidden' } as const;
    }),
  });
}
