import { defaultTenant } from '../mapping/permit-key.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { heldByPermit, meantByLogto } from './directories.ts';

export interface ExcessWatch {
  /** Keeps in mind what Logto means now, after each of its changes. */
  remember(): Promise<void>;
  /** `user: role@tenant` for whatever somebody holds in Permit that Logto has never meant them to hold. */
  excess(): Promise<string[]>;
}

/** Tells whether somebody ever holds more than the mapping allows, however late Permit follows. */
export function watchExcess(deps: ReconcileDeps): ExcessWatch {
  const everMeant = new Set<string>();
  return {
    async remember() {
      for (const [key, { roles }] of (await meantByLogto(deps)).users) {
        everMeant.add(`${key}: ${deps.mapping.defaultRole}@${defaultTenant}`);
        for (const role of roles) everMeant.add(`${key}: ${role}`);
      }
    },
    async excess() {
      const { users } = await heldByPermit(deps);
      return [...users]
        .flatMap(([key, { roles }]) => roles.map((role) => `${key}: ${role}`))
        .filter((held) => !everMeant.has(held));
    },
  };
}
