import { createContext, useCallback, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { Policy } from '../define-policy.ts';
import type { GateAnswer } from '../gate.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { GateStore, keyOf, type Ask } from './gate-store.ts';
import { pathOf, type GatedProcedure, type GateInput } from './gated-procedure.ts';

/** `unknown` while the first answer is on its way: show neither the thing nor its denial. */
export type GateState<Permission extends string = string, Role extends string = string> =
  { readonly state: 'unknown' } | GateAnswer<Permission, Role>;

export interface PermissionsReact<P extends Policy> {
  /**
   * Answers are kept per `scope`: name the subject and the tenant in it, so that switching either shows nothing stale.
   * `ask` reaches the server's `answerGates`, and must keep its identity between renders.
   */
  readonly PermissionsProvider: (props: {
    readonly scope: string;
    readonly ask: Ask<PermissionOf<P>, RoleOf<P>>;
    readonly children: ReactNode;
  }) => ReactNode;
  /**
   * May this person call that procedure? Asked by procedure, not by permission name: when the server's gate moves, the
   * button moves. `input` is what the gate needs of the procedure's input, the instance's id for most.
   *
   * ```tsx
   * const gate = useGate(trpc.reports.publish, { id });
   * ```
   */
  readonly useGate: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    input?: GateInput<Procedure>,
  ) => GateState<PermissionOf<P>, RoleOf<P>>;
  /** Asks again for every gate on the page: after a change of roles, or to retry by hand. */
  readonly useInvalidateGates: () => () => void;
}

/** The React bindings of one policy. Call once, export what it returns. */
export function createPermissionsReact<P extends Policy>(): PermissionsReact<P> {
  const Store = createContext<GateStore | undefined>(undefined);

  const useStore = (): GateStore => {
    const store = useContext(Store);
    if (store === undefined) throw new TypeError('Gates need a <PermissionsProvider> above them.');
    return store;
  };

  return {
    PermissionsProvider({ scope, ask, children }) {
      // oxlint-disable-next-line react/exhaustive-deps -- a new scope is a new store, that is its purpose
      const store = useMemo(() => new GateStore(ask), [scope, ask]);
      return <Store.Provider value={store}>{children}</Store.Provider>;
    },

    useGate(procedure, input) {
      const store = useStore();
      const question = { path: pathOf(procedure), input };
      const key = keyOf(question);
      const subscribe = useCallback(
        (listener: () => void) => store.subscribe(question, listener),
        // oxlint-disable-next-line react/exhaustive-deps -- the key stands for the question
        [store, key],
      );
      const answer = useSyncExternalStore(
        subscribe,
        () => store.answer(key),
        () => store.answer(key),
      );
      return answer as GateState<PermissionOf<P>, RoleOf<P>>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- `ask` is typed with the same policy
    },

    useInvalidateGates() {
      const store = useStore();
      return useCallback(() => store.invalidate(), [store]);
    },
  };
}
