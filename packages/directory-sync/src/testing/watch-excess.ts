import { defaultTenant } from '../mapping/permit-key.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { heldByPermit, expectedFromLogto } from './directories.ts';

/** Finds roles in Permit that no state of Logto has justified. */
export interface ExcessWatch {
  /** Records the roles that the current state of Logto justifies. Call it after each change in Logto. */
  remember(): Promise<void>;
  /** The roles in Permit, as `user: role@tenant`, that no recorded state justifies. */
  excess(): Promise<string[]>;
}

/** Checks that no user ever holds a role that the mapping has never given them, however late Permit follows Logto. */
export function watchExcess(deps: ReconcileDeps): ExcessWatch {
  const justified = new Set<string>();
  return {
    async remember() {
      for (const [key, { roles }] of (await expectedFromLogto(deps)).users) {
        justified.add(`${key}: ${deps.mapping.defaultRole}@${defaultTenant}`);
        for (const role of roles) justified.add(`${key}: ${role}`);
      }
    },
    async excess() {
      const { users } = await heldByPermit(deps);
      return [...users]
        .flatMap(([key, { roles }]) => roles.map((role) => `${key}: ${role}`))
        .filter((held) => !justified.has(held));
    },
  };
}
