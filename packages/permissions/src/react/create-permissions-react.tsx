import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type {
  InstanceForgotten,
  InstancePermissionOf,
  WithoutInstance,
} from '../core/instance-permission.ts';
import type { PermissionOf, Policy, RoleOf } from '../core/policy.ts';
import type { GateAnswer, GateAnswers, GateQuestion } from '../core/gate-question.ts';
import type { Mistake } from '../core/wrong.ts';
import { CanByState, type CanOptions } from './can.tsx';
import { unknown, type GateState, keyOf } from './gate-entry.ts';
import { type Ask, GateStore, refreshOnReturn } from './gate-store.ts';
import {
  pathOf,
  type GateArgument,
  type GatedProcedure,
  type GateInput,
  type GetQueryKey,
} from './gated-procedure.ts';
import { useAnswers } from './use-answers.ts';

type Known<P extends Policy> = GateAnswer<PermissionOf<P>, RoleOf<P>>;
type State<P extends Policy> = GateState<PermissionOf<P>, RoleOf<P>>;

/** Props of `<PermissionsProvider>`. */
export interface PermissionsProviderProps<P extends Policy> {
  /**
   * A text that identifies the user and the tenant, for example `ann@acme`. Answers belong to one scope, so changing it
   * discards them.
   */
  readonly scope: string;
  /** Sends the page's questions to the server. Must be the same function in each render. */
  readonly ask: Ask<PermissionOf<P>, RoleOf<P>>;
  /**
   * Subscribes to changes of permissions: calls `onChange` whenever the server reports one, and returns a function that
   * unsubscribes. Must be the same function in each render. `onChange` resolves when the page has the new answers:
   * refetch your data after that, so that components whose permission is now denied are no longer rendered. Without
   * `subscribe`, changes appear after `useInvalidateGates` or when stale answers are refetched.
   */
  readonly subscribe?: (onChange: () => Promise<void>) => () => void;
  /**
   * Milliseconds until an answer is stale. Stale answers are refetched when the window regains focus, when the network
   * reconnects, and when a component that uses them mounts; meanwhile, the old answers are shown. Changes of this prop
   * take effect only with a new scope. Default: 30,000.
   */
  readonly staleTime?: number;
  /**
   * The answers that the server rendered the page with. The first render uses them without a request. Changes of this
   * prop take effect only with a new scope. Default: none.
   */
  readonly initialAnswers?: GateAnswers<PermissionOf<P>, RoleOf<P>>;
  /** The part of the page that uses gates. */
  readonly children: ReactNode;
}

type CanProps<P extends Policy, Permission extends PermissionOf<P>> = CanOptions<
  PermissionOf<P>,
  RoleOf<P>
> & {
  /** The permission that the child requires. */
  readonly do: Permission;
} & On<Permission, InstancePermissionOf<P>>;

/** When the permission is not known. */
type AnyCanProps<P extends Policy> = CanOptions<PermissionOf<P>, RoleOf<P>> & {
  readonly do: PermissionOf<P>;
  readonly on?: unknown;
};

/** Required for a permission of a resource with instance roles. */
type On<Permission extends string, InstancePermission extends string> = [InstancePermission] extends [never]
  ? { readonly on?: string | undefined }
  : [Permission] extends [infer Known extends InstancePermission]
    ? { readonly on: string | undefined | Mistake<InstanceForgotten<Known>> }
    : {
        /** The instance key. Default: the resource as a whole. */
        readonly on?: string | undefined;
      };

export interface CanComponent<P extends Policy> {
  /** Renders the child for users with the permission; for all others, according to `mode`. */
  <Permission extends PermissionOf<P>>(props: CanProps<P, Permission>): ReactNode;
}

export interface UseCan<P extends Policy> {
  /** Asks about the instance with the key `on`; if `on` is `undefined`, about the resource as a whole. */
  (permission: PermissionOf<P>, on: string | undefined): State<P>;
  /** Asks about the resource as a whole. */
  <Permission extends PermissionOf<P>>(
    permission: Permission & WithoutInstance<Permission, InstancePermissionOf<P>>,
  ): State<P>;
}

export interface UseGates<P extends Policy> {
  /** Returns one state for each row, in the order of `inputs`. */
  <Procedure extends GatedProcedure>(
    procedure: Procedure,
    inputs: readonly GateInput<Procedure>[],
  ): readonly State<P>[];
  /** Returns one state for each instance key, in the order of `on`. */
  (permission: PermissionOf<P>, on: readonly string[]): readonly State<P>[];
}

export interface PermissionsReact<P extends Policy> {
  /** The provider of the gates. It must be an ancestor of every component that uses the hooks or `Can`. */
  readonly PermissionsProvider: (props: PermissionsProviderProps<P>) => ReactNode;
  /**
   * Returns whether the user can call a procedure. The page asks about the procedure and not about a permission, so
   * that a button always follows the gate on the server. `input` is the part of the procedure's input that the gate
   * reads: for most gates the id, and `undefined` if the gate checks the resource as a whole.
   *
   * ```tsx
   * const gate = useGate(trpc.reports.publish, { id });
   * ```
   * @throws {TypeError} without a `<PermissionsProvider>`, or when `procedure` is not a procedure of a tRPC client.
   */
  readonly useGate: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    ...input: GateArgument<Procedure>
  ) => State<P>;
  /**
   * `useGate` for the rows of a table: `useGates(trpc.reports.publish, rows.map(({ id }) => ({ id })))`. The component
   * renders once for all answers that arrive together.
   */
  readonly useGates: UseGates<P>;
  /**
   * `useGate` for a component under `<Suspense>`: it suspends until the answer arrives, and never returns `unknown`. A
   * streaming server thus renders the page with the actual answer. The `<Suspense>` must be inside the
   * `<PermissionsProvider>`.
   */
  readonly useGateSuspense: <Procedure extends GatedProcedure>(
    procedure: Procedure,
    ...input: GateArgument<Procedure>
  ) => Known<P>;
  /** Returns whether the user has a permission on the instance with the key `on`. For actions without a procedure. */
  readonly useCan: UseCan<P>;
  /** Renders its child according to a permission: `<Can do="reports:publish" on={id} mode="explain" reason={…}>`. */
  readonly Can: CanComponent<P>;
  /**
   * Returns a function that refetches the answers of all gates on the page, for example after a change of roles or for
   * a retry button.
   */
  readonly useInvalidateGates: () => () => void;
  /** Returns the store behind the hooks, for tools such as `./devtools`. Applications do not need it. */
  readonly useGateStore: () => GateStore<PermissionOf<P>, RoleOf<P>>;
}

/** Options of `createPermissionsReact`. */
export interface PermissionsReactOptions {
  /**
   * `getQueryKey` of `@trpc/react-query`, which tells the paths of procedures of `createTRPCReact`. Not needed for
   * procedures of `@trpc/tanstack-react-query` (`useTRPC()`). Default: none.
   */
  readonly getQueryKey?: GetQueryKey | undefined;
}

/**
 * Creates the React bindings of a policy. Call it once, in a module that exports the result:
 *
 * ```tsx
 * export const { PermissionsProvider, useGate, Can } = createPermissionsReact<typeof policy>();
 * ```
 *
 * If the type argument is missing, no permission compiles.
 */
export function createPermissionsReact<P extends Policy = never>({
  getQueryKey,
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
      // `initialAnswers` belong to the scope that they were first rendered with, and are as old as that rendering.
      const [rendered] = useState(() => new WeakMap<object, [scope: string, at: number]>());
      if (initialAnswers && !rendered.has(initialAnswers)) rendered.set(initialAnswers, [scope, Date.now()]);
      const store = useMemo(
        () => {
          const [of, renderedAt] = (initialAnswers && rendered.get(initialAnswers)) ?? [];
          const own = of === scope ? initialAnswers : undefined;
          return new GateStore(ask, { staleTime, initialAnswers: own, renderedAt });
        },
        // oxlint-disable-next-line react/exhaustive-deps -- a new scope must get a new store; the options are read once
        [scope, ask],
      );
      useEffect(() => subscribe?.(() => store.invalidate()), [store, subscribe]);
      useEffect(() => refreshOnReturn(() => store.refresh()), [store]);
      return <Store.Provider value={store}>{children}</Store.Provider>;
    },

    useGate: (procedure, ...[input]) => useAnswer({ path: pathOf(procedure, getQueryKey), input }),

    useGates: (of: PermissionOf<P> | GatedProcedure, rows: readonly unknown[]) =>
      useAnswers(
        useGateStore(),
        rows.map((row) =>
          typeof of === 'string'
            ? { permission: of, instance: String(row) }
            : { path: pathOf(of, getQueryKey), input: row },
        ),
      ),

    useGateSuspense(procedure, ...[input]) {
      const store = useGateStore();
      const question = { path: pathOf(procedure, getQueryKey), input };
      const shown = useAnswer(question);
      // During hydration, `shown` is the server-rendered answer, even if a newer one has arrived.
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
      return useCallback(() => void store.invalidate(), [store]);
    },

    useGateStore,
  };
}
