import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type { Policy } from '../policy.ts';
import type { GateAnswer, GateQuestion } from '../gate-question.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { CanByState, type CanOptions } from './can.tsx';
import type { GateState } from './gate-state.ts';
import { GateStore, keyOf, type Ask } from './gate-store.ts';
import { pathOf, type GatedProcedure, type GateInput } from './gated-procedure.ts';

type Known<P extends Policy> = GateAnswer<PermissionOf<P>, RoleOf<P>>;
type State<P extends Policy> = GateState<PermissionOf<P>, RoleOf<P>>;

/** The props of `<PermissionsProvider>`. */
export interface PermissionsProviderProps<P extends Policy> {
  /** Names the user and the tenant, for example `ann@acme`. Answers are kept per scope: after a switch nothing old is shown. */
  readonly scope: string;
  /** Calls the server's `answerGates`. Must keep its identity between renders. */
  readonly ask: Ask<PermissionOf<P>, RoleOf<P>>;
  /**
   * Calls `onChange` whenever the server reports a change; returns the function that unsubscribes. Must keep its identity
   * between renders. Default: answers stay until `useInvalidateGates` is used or the scope changes.
   */
  readonly subscribe?: (onChange: () => void) => () => void;
  /** The part of the page that asks about permissions. */
  readonly children: ReactNode;
}

type CanProps<P extends Policy> = CanOptions<PermissionOf<P>, RoleOf<P>> & {
  /** The permission. */
  readonly do: PermissionOf<P>;
  /** The key of the instance. Default: the resource as a whole. */
  readonly on?: string;
};

/** The React bindings of one policy. */
export interface PermissionsReact<P extends Policy> {
  /** Must be above every component that uses the hooks or `Can`. */
  readonly PermissionsProvider: (props: PermissionsProviderProps<P>) => ReactNode;
  /**
   * May the user call this procedure? The page asks by procedure and not by permission: when the gate changes on the
   * server, the button changes. `input` is the part of the procedure's input that the gate reads, for most the id.
   *
   * ```tsx
   * const gate = useGate(trpc.reports.publish, { id });
   * ```
   * @throws {TypeError} without a `<PermissionsProvider>`, or when `procedure` is not one of the tRPC client.
   */
  readonly useGate: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    input?: GateInput<Procedure>,
  ) => State<P>;
  /** `useGate` for a component under `<Suspense>`: it suspends until the answer is there and never returns `unknown`. */
  readonly useGateSuspense: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    input?: GateInput<Procedure>,
  ) => Known<P>;
  /** Does the user have this permission, on the instance with the key `on`? For actions that no procedure stands for. */
  readonly useCan: (permission: PermissionOf<P>, on?: string) => State<P>;
  /** Shows its child according to a permission: `<Can do="reports:publish" on={id} mode="explain" reason={…}>`. */
  readonly Can: (props: CanProps<P>) => ReactNode;
  /** Returns a function that asks again for every gate on the page: after a change of roles, or to retry by hand. */
  readonly useInvalidateGates: () => () => void;
}

/** Creates the React bindings of a policy. Call it once, in a module that exports the result. */
export function createPermissionsReact<P extends Policy>(): PermissionsReact<P> {
  const Store = createContext<GateStore<PermissionOf<P>, RoleOf<P>> | undefined>(undefined);

  const useStore = (): GateStore<PermissionOf<P>, RoleOf<P>> => {
    const store = useContext(Store);
    if (store === undefined) throw new TypeError('Gates need a <PermissionsProvider> above them.');
    return store;
  };

  const useAnswer = (question: GateQuestion<PermissionOf<P>>): State<P> => {
    const store = useStore();
    const key = keyOf(question);
    const subscribe = useCallback(
      (listener: () => void) => store.subscribe(question, listener),
      // oxlint-disable-next-line react/exhaustive-deps -- `key` identifies `question`
      [store, key],
    );
    const read = (): State<P> => store.answer(key);
    return useSyncExternalStore(subscribe, read, read);
  };

  const useCan: PermissionsReact<P>['useCan'] = (permission, instance) => useAnswer({ permission, instance });

  return {
    PermissionsProvider({ scope, ask, subscribe, children }) {
      // oxlint-disable-next-line react/exhaustive-deps -- a new scope must get a new store
      const store = useMemo(() => new GateStore(ask), [scope, ask]);
      useEffect(() => subscribe?.(() => store.invalidate()), [store, subscribe]);
      return <Store.Provider value={store}>{children}</Store.Provider>;
    },

    useGate: (procedure, input) => useAnswer({ path: pathOf(procedure), input }),

    useGateSuspense(procedure, input) {
      const store = useStore();
      const question = { path: pathOf(procedure), input };
      const state = useAnswer(question);
      // Suspense in React 18 and 19: a component throws the promise that it waits for.
      if (state.state === 'unknown') throw store.load(question); // oxlint-disable-line typescript/only-throw-error
      return state;
    },

    useCan,

    Can({ do: permission, on, ...options }) {
      return <CanByState state={useCan(permission, on)} {...options} />;
    },

    useInvalidateGates() {
      const store = useStore();
      return useCallback(() => store.invalidate(), [store]);
    },
  };
}
