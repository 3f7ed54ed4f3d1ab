import { createPermissionsReact, type GatedProcedure, type GateStore } from '@latchkey/permissions/react';
import type { policy, AppPermission, AppRole } from '@latchkey/policy';
import { getQueryKey } from '@trpc/react-query';

export const { PermissionsProvider, useGate, useGates, useGateStore, useInvalidateGates } =
  createPermissionsReact<typeof policy>({ getQueryKey });

/** The path of a procedure, for example `audit.list`. */
export function pathOf(procedure: GatedProcedure): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tRPC types it for its own procedures
  const [path] = getQueryKey(procedure as Parameters<typeof getQueryKey>[0]);
  return path.join('.');
}

type Store = GateStore<AppPermission, AppRole>;

/** The answers of the page's gates, for the router, which runs outside React. */
export interface KnownGates {
  /** `scope` identifies the user and the organization. Returns a function that withdraws the store. */
  readonly provide: (scope: string, store: Store) => () => void;
  /** Whether the page has checked this gate in this scope and the answer was `allowed`. */
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
