import { createContext, useCallback, useContext, useEffect, useMemo, type ReactNode } from 'react';
import type { InstanceForgotten, InstancePermissionOf, WithoutInstance } from '../instance-permission.ts';
import type { Policy } from '../policy.ts';
import type { GateAnswer, GateAnswers, GateQuestion } from '../gate-question.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import type { Mistake } from '../wrong.ts';
import { CanByState, type CanOptions } from './can.tsx';
import { unknown } from './gate-entry.ts';
import type { GateState } from './gate-state.ts';
import { GateStore, type Ask } from './gate-store.ts';
import { pathOf, type GatedProcedure, type GateInput, type GetQueryKey } from './gated-procedure.ts';
import { keyOf } from './key-of.ts';
import { refreshOnReturn } from './refresh-on-return.ts';
import { useAnswers } from './use-answers.ts';

type Known<P extends Policy> = GateAnswer<PermissionOf<P>, RoleOf<P>>;
type State<P extends Policy> = GateState<PermissionOf<P>, RoleOf<P>>;

/** The props of `<PermissionsProvider>`. */
export interface PermissionsProviderProps<P extends Policy> {
  /** Names the user and the tenant, for example `ann@acme`. Answers are kept per scope: after a switch nothing old is shown. */
  readonly scope: string;
  /** Sends the page's questions to the server. Must keep its identity between renders. */
  readonly ask: Ask<PermissionOf<P>, RoleOf<P>>;
  /**
   * Calls `onChange` whenever the server reports a change; returns the function that unsubscribes. Must keep its identity
   * between renders. Default: changes are seen when `useInvalidateGates` is used, or when stale answers are asked again.
   */
  readonly subscribe?: (onChange: () => void) => () => void;
  /**
   * Milliseconds after which an answer is stale: it is asked again when the user comes back to the page, when the network
   * does, and when a component that shows it is mounted; until then the old answer is shown. Read once per scope.
   * Default: 30,000.
   */
  readonly staleTime?: number;
  /**
   * The answers that the server has rendered with, so that the first render shows them and asks nothing. Read once per
   * scope. Default: none.
   */
  readonly initialAnswers?: GateAnswers<PermissionOf<P>, RoleOf<P>>;
  /** The part of the page that asks about permissions. */
  readonly children: ReactNode;
}

type CanProps<P extends Policy, Permission extends PermissionOf<P>> = CanOptions<
  PermissionOf<P>,
  RoleOf<P>
> & {
  /** The permission. */
  readonly do: Permission;
} & On<Permission, InstancePermissionOf<P>>;

/** What `CanProps` are while the permission is not known. */
type AnyCanProps<P extends Policy> = CanOptions<PermissionOf<P>, RoleOf<P>> & {
  readonly do: PermissionOf<P>;
  readonly on?: unknown;
};

/** The key of the instance; it cannot be left out for a permission that roles on instances grant. */
type On<Permission extends string, InstancePermission extends string> = [InstancePermission] extends [never]
  ? { readonly on?: string | undefined }
  : [Permission] extends [infer Known extends InstancePermission]
    ? { readonly on: string | undefined | Mistake<InstanceForgotten<Known>> }
    : {
        /** Default: the resource as a whole. */
        readonly on?: string | undefined;
      };

/** The component `Can` of a policy. */
export interface CanComponent<P extends Policy> {
  /** Without the permission the child is shown as `mode` says. */
  <Permission extends PermissionOf<P>>(props: CanProps<P, Permission>): ReactNode;
}

/** Asks about one permission. */
export interface UseCan<P extends Policy> {
  /** `on` is the key of the instance; `undefined`: the resource as a whole. */
  (permission: PermissionOf<P>, on: string | undefined): State<P>;
  /** Asks about the resource as a whole. */
  <Permission extends PermissionOf<P>>(
    permission: Permission & WithoutInstance<Permission, InstancePermissionOf<P>>,
  ): State<P>;
}

/** Asks one procedure, or one permission, about many rows. */
export interface UseGates<P extends Policy> {
  /** The states are in the order of `inputs`: one for each row. */
  <Procedure extends GatedProcedure>(
    procedure: Procedure,
    inputs: readonly GateInput<Procedure>[],
  ): readonly State<P>[];
  /** The states are in the order of `on`, the keys of the instances. */
  (permission: PermissionOf<P>, on: readonly string[]): readonly State<P>[];
}

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
  /**
   * `useGate` for the rows of a table, in one hook: `useGates(trpc.reports.publish, rows.map(({ id }) => ({ id })))`. The
   * component is rendered once for all answers that arrive together.
   */
  readonly useGates: UseGates<P>;
  /**
   * `useGate` for a component under `<Suspense>`: it suspends until the answer is there and never returns `unknown`. On a
   * server that streams, the page is rendered with the real answer. The `<Suspense>` must be below the
   * `<PermissionsProvider>`.
   */
  readonly useGateSuspense: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    input?: GateInput<Procedure>,
  ) => Known<P>;
  /** Does the user have this permission, on the instance with the key `on`? For actions that no procedure stands for. */
  readonly useCan: UseCan<P>;
  /** Shows its child according to a permission: `<Can do="reports:publish" on={id} mode="explain" reason={…}>`. */
  readonly Can: CanComponent<P>;
  /** Returns a function that asks again for every gate on the page: after a change of roles, or to retry by hand. */
  readonly useInvalidateGates: () => () => void;
  /** The store behind the hooks, for tools such as `./devtools`. Applications do not need it. */
  readonly useGateStore: () => GateStore<PermissionOf<P>, RoleOf<P>>;
}

/** The options of `createPermissionsReact`. */
export interface PermissionsReactOptions {
  /** `getQueryKey` of `@trpc/react-query`: gives the path of a procedure. Default: gates are by permission only. */
  readonly getQueryKey?: GetQueryKey | undefined;
}

/** Creates the React bindings of a policy. Call it once, in a module that exports the result. */
export function createPermissionsReact<P extends Policy>({
  getQueryKey = withoutProcedures,
}: PermissionsReactOptions = {}): PermissionsReact<P> {
  const Store = createContext<GateStore<PermissionOf<P>, RoleOf<P>> | undefined>(undefined);

  const useGateStore = (): GateStore<PermissionOf<P>, RoleOf<P>> => {
    const store = useContext(Store);
    if (store === undefined) throw new TypeError('Gates need a <PermissionsProvider> above them.');
    return store;
  };

  const useAnswer = (question: GateQuestion<PermissionOf<P>>): State<P> =>
    useAnswers(useGateStore(), [question])[0] ?? unknown;

  const useCan = (permission: PermissionOf<P>, instance?: string): State<P> =>
    useAnswer({ permission, instance });

  return {
    PermissionsProvider({ scope, ask, subscribe, staleTime, initialAnswers, children }) {
      // oxlint-disable-next-line react/exhaustive-deps -- a new scope must get a new store; the options are read once
      const store = useMemo(() => new GateStore(ask, { staleTime, initialAnswers }), [scope, ask]);
      useEffect(() => subscribe?.(() => store.invalidate()), [store, subscribe]);
      useEffect(() => refreshOnReturn(() => store.refresh()), [store]);
      return <Store.Provider value={store}>{children}</Store.Provider>;
    },

    useGate: (procedure, input) => useAnswer({ path: pathOf(procedure, getQueryKey), input }),

    useGates: (of: PermissionOf<P> | GatedProcedure, rows: readonly unknown[]) =>
      useAnswers(
        useGateStore(),
        rows.map((row) =>
          typeof of === 'string'
            ? { permission: of, instance: String(row) }
            : { path: pathOf(of, getQueryKey), input: row },
        ),
      ),

    useGateSuspense(procedure, input) {
      const store = useGateStore();
      const question = { path: pathOf(procedure, getQueryKey), input };
      const shown = useAnswer(question);
      // While React hydrates, `shown` is what the server has rendered, although the answer may be here.
      const state = shown === unknown ? store.answer(keyOf(question)) : shown;
      // Suspense in React 18 and 19: a component throws the promise that it waits for.
      if (state.state === 'unknown') throw store.load(question); // oxlint-disable-line typescript/only-throw-error
      return state;
    },

    useCan,

    Can({ do: permission, on, ...options }: AnyCanProps<P>) {
      return <CanByState state={useCan(permission, typeof on === 'string' ? on : undefined)} {...options} />;
    },

    useInvalidateGates() {
      const store = useGateStore();
      return useCallback(() => store.invalidate(), [store]);
    },

    useGateStore,
  };
}

function withoutProcedures(): never {
  throw new TypeError('To take procedures, createPermissionsReact needs `getQueryKey` of @trpc/react-query.');
}
