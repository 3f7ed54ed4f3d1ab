import { defaultTenant } from '@latchkey/directory-sync';
import { permitted, router, signedIn } from '../../platform/trpc/trpc.ts';

/** The checks in the order in which a new installation completes them. */
export const checkNames = ['logto', 'pdp', 'policy', 'administrator', 'management-api', 'webhook'] as const;

export type SetupCheckName = (typeof checkNames)[number];

/** The state of a check. `unknown`: it cannot be determined at present. */
export type SetupCheckState = 'done' | 'todo' | 'unknown';

export interface SetupCheck {
  readonly name: SetupCheckName;
  readonly state: SetupCheckState;
}

export interface SetupRouterDeps {
  readonly store: {
    /** Returns whether the checklist was completed or dismissed, on any replica. */
    isOver(): Promise<boolean>;
    /** `dismissedBy`: `null` if everything is done. Does nothing if the checklist has already ended. */
    end(dismissedBy: string | null): Promise<void>;
  };
  readonly makeChecks: () => Promise<readonly SetupCheck[]>;
  /** Returns whether the installation has an administrator. @throws when that is unknown */
  readonly hasAdministrator: () => Promise<boolean>;
  readonly links: { readonly logto?: string | undefined; readonly permit?: string | undefined };
}

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
