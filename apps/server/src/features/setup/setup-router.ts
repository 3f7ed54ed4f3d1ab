import { defaultTenant } from '@latchkey/directory-sync';
import { permitted, router, signedIn } from '../../platform/trpc/trpc.ts';
import type { SetupRouterDeps } from './open-setup.ts';

/**
 * The checklist of a new installation. It ends when everything has been done once or when it is dismissed; an
 * administrator is required even afterwards.
 */
export function createSetupRouter(deps: SetupRouterDeps) {
  return router({
    /**
     * - `hidden`: not for this user, or over. Always in organizations, because the checklist is about the installation.
     * - `no-administrator`: the installation has no administrator, so no user sees the checklist or can assign a role.
     *   For all users, also when the last administrator is lost after the checklist ended.
     * - `open`, with the `checks`; `done`, the same, shown once when everything is done. For users with `sync:view`.
     */
    status: signedIn.query(async ({ ctx: { identity, permissions } }) => {
      const hidden = { state: 'hidden' } as const;
      if (identity.isMachine === true || identity.tenant !== defaultTenant) return hidden;
      // Shown once, so not to an administrator in a view as another user.
      if (identity.viewAs !== undefined) return hidden;
      if ((await permissions.check('sync:view')).outcome === 'deny')
        return (await deps.hasAdministrator()) ? hidden : ({ state: 'no-administrator' } as const);
      if (await deps.store.isOver()) return hidden;
      const checks = await deps.makeChecks();
      const isDone = checks.every(({ state }) => state === 'done');
      if (isDone) await deps.store.end(null);
      return { state: isDone ? 'done' : 'open', checks, links: deps.links } as const;
    }),

    /** Hides the checklist for all users. */
    dismiss: permitted('sync:reconcile').mutation(async ({ ctx: { identity } }) => {
      await deps.store.end(identity.subject);
      return { state: 'hidden' } as const;
    }),
  });
}
