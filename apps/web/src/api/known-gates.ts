import type { GatedProcedure, GateStore } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import { pathOf } from './permissions.ts';

type Store = GateStore<AppPermission, AppRole>;

/** The answers that the page's gates have, for the router, which runs outside React. */
export interface KnownGates {
  /** `scope` identifies the user and the organization. Returns a function that withdraws the store. */
  readonly provide: (scope: string, store: Store) => () => void;
  /** Whether the page has checked this gate in this scope, and it was allowed. */
  readonly isAllowed: (scope: string, procedure: GatedProcedure) => boolean;
}

export function createKnownGates(): KnownGates {
  const stores = new Map<string, Store>();
  return {
    provide(scope, store) {
      stores.set(scope, store);
      return () => stores.delete(scope);
    },
    isAllowed(scope, procedure) {
      const path = pathOf(procedure);
      const entries = [...(stores.get(scope)?.entries.values() ?? [])];
      return entries.some(
        ({ question, answer }) =>
          'path' in question &&
          question.path === path &&
          question.input === undefined &&
          answer.state === 'allowed',
      );
    },
  };
}
