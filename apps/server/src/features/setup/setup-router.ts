import { defaultTenant } from '@latchkey/directory-sync';
import { permitted, router, signedIn } from '../../trpc/trpc.ts';
import type { SetupCheck } from './setup-checks.ts';
import type { SetupStore } from './setup-store.ts';

export interface SetupDeps {
  readonly store: SetupStore;
  readonly makeChecks: () => Promise<readonly SetupCheck[]>;
  /** Whether a person administers the installation. @throws when nobody can tell */
  readonly hasAdministrator: () => Promise<boolean>;
  /** The vendors' own consoles; absent where no address is set. */
  readonly links: { readonly logto?: string | undefined; readonly permit?: string | undefined };
}

export interface SetupRouterDeps {
  readonly setup: SetupDeps;
}

/**
 * The checklist of a new installation. It ends when everything was done once, or when it is dismissed; that somebody administers the
 * installation stays necessary.
 */
export function createSetupRouter({ setup: deps }: SetupRouterDeps) {
  return router({
    /**
     * - `hidden`: nothing to show, to this person or any more. Also in every organization: it is about the installation.
     * - `no-administrator`: nobody administers the installation, so nobody sees the checklist or could give a role. For everybody, also
     *   when the last administrator is lost after the checklist ended.
     * - `open`, with the `checks`; `done`, the same, once: everything is done now. For who may view directory sync.
     */
    status: signedIn.query(async ({ ctx: { identity, permissions } }) => {
      const hidden = { state: 'hidden' } as const;
      if (identity.isMachine === true || identity.tenant !== defaultTenant) return hidden;
      // What is shown once is not shown to whoever views as somebody else.
      if (identity.viewAs !== undefined) return hidden;
      if ((await permissions.check('sync:view')).outcome === 'deny')
        return (await deps.hasAdministrator()) ? hidden : ({ state: 'no-administrator' } as const);
      if (await deps.store.isOver()) return hidden;
      const checks = await deps.makeChecks();
      const isDone = checks.every(({ state }) => state === 'done');
      if (isDone) await deps.store.end(null);
      return { state: isDone ? 'done' : 'open', checks, links: deps.links } as const;
    }),

    /** Nobody sees the checklist any more. */
    dismiss: permitted('sync:reconcile').mutation(async ({ ctx: { identity } }) => {
      await deps.store.end(identity.subject);
      return { state: 'hidden' } as const;
    }),
  });
}
