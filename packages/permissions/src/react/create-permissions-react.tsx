import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type { Policy } from '../define-policy.ts';
import type { GateAnswer, GateQuestion } from '../gate-question.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { CanByState, type CanLook } from './can.tsx';
import { GateStore, keyOf, type Ask } from './gate-store.ts';
import { pathOf, type GatedProcedure, type GateInput } from './gated-procedure.ts';

/** `unknown` while the first answer is on its way: show neither the thing nor its denial. */
export type GateState<Permission extends string = string, Role extends string = string> =
  { readonly state: 'unknown' } | GateAnswer<Permission, Role>;

type Known<P extends Policy> = GateAnswer<PermissionOf<P>, RoleOf<P>>;
type State<P extends Policy> = GateState<PermissionOf<P>, RoleOf<P>>;

export interface PermissionsProviderProps<P extends Policy> {
  /** Names the subject and the tenant: answers are kept per scope, so that switching either shows nothing stale. */
  readonly scope: string;
  /** Reaches the server's `answerGates`; keeps its identity between renders. */
  readonly ask: Ask<PermissionOf<P>, RoleOf<P>>;
  /** Calls back when the server says that something changed; returns how to stop. Keeps its identity, too. */
  readonly subscribe?: (onChange: () => void) => () => void;
  readonly children: ReactNode;
}

type CanProps<P extends Policy> = CanLook<PermissionOf<P>, RoleOf<P>> & {
  readonly do: PermissionOf<P>;
  /** The key of the instance. */
  readonly on?: string;
};

export interface PermissionsReact<P extends Policy> {
  readonly PermissionsProvider: (props: PermissionsProviderProps<P>) => ReactNode;
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
  ) => State<P>;
  /** The same under a `<Suspense>`: there is no `unknown`, the component waits. */
  readonly useGateSuspense: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    input?: GateInput<Procedure>,
  ) => Known<P>;
  /** May this person do that, on that instance? For what no procedure stands for. */
  readonly useCan: (permission: PermissionOf<P>, on?: string) => State<P>;
  /** Shows its child as far as this person may: `<Can do="reports:publish" on={id} mode="explain" reason={…}>`. */
  readonly Can: (props: CanProps<P>) => ReactNode;
  /** Asks again for every gate on the page: after a change of roles, or to retry by hand. */
  readonly useInvalidateGates: () => () => void;
}

/** The React bindings of one policy. Call once, export what it returns. */
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
      // oxlint-disable-next-line react/exhaustive-deps -- the key stands for the question
      [store, key],
    );
    const read = (): State<P> => store.answer(key);
    return useSyncExternalStore(subscribe, read, read);
  };

  const useCan: PermissionsReact<P>['useCan'] = (permission, instance) => useAnswer({ permission, instance });

  return {
    PermissionsProvider({ scope, ask, subscribe, children }) {
      // oxlint-disable-next-line react/exhaustive-deps -- a new scope is a new store, that is its purpose
      const store = useMemo(() => new GateStore(ask), [scope, ask]);
      useEffect(() => subscribe?.(() => store.invalidate()), [store, subscribe]);
      return <Store.Provider value={store}>{children}</Store.Provider>;
    },

    useGate: (procedure, input) => useAnswer({ path: pathOf(procedure), input }),

    useGateSuspense(procedure, input) {
      const store = useStore();
      const question = { path: pathOf(procedure), input };
      const state = useAnswer(question);
      // The contract of Suspense in React 18 and 19 alike: throw what to wait for.
      if (state.state === 'unknown') throw store.load(question); // oxlint-disable-line typescript/only-throw-error
      return state;
    },

    useCan,

    Can({ do: permission, on, ...look }) {
      return <CanByState state={useCan(permission, on)} {...look} />;
    },

    useInvalidateGates() {
      const store = useStore();
      return useCallback(() => store.invalidate(), [store]);
    },
  };
}
