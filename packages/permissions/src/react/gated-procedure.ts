/**
 * A procedure of a tRPC client for React: of `@trpc/react-query` (`createTRPCReact`), or of
 * `@trpc/tanstack-react-query` (`useTRPC`, `createTRPCOptionsProxy`). The type is structural, because this package
 * depends on neither.
 */
export type GatedProcedure =
  | { readonly useQuery: (input: never, ...rest: never[]) => unknown }
  | { readonly useMutation: (...args: never[]) => unknown }
  | { readonly queryOptions: (input: never, ...rest: never[]) => unknown }
  | { readonly mutationOptions: (...args: never[]) => unknown };

type InputOf<Procedure> = Procedure extends {
  readonly useQuery: (input: infer Input, ...rest: never[]) => unknown;
}
  ? Exclude<Input, symbol>
  : Procedure extends {
        readonly useMutation: (...args: never[]) => {
          mutate: (input: infer Input, ...rest: never[]) => unknown;
        };
      }
    ? Input
    : Procedure extends { readonly queryOptions: (input: infer Input, ...rest: never[]) => unknown }
      ? Exclude<Input, symbol>
      : Procedure extends {
            readonly mutationOptions: (...args: never[]) => {
              mutationFn?: (input: infer Input, ...rest: never[]) => unknown;
            };
          }
        ? Input
        : never;

/**
 * Any part of a procedure's input, because only the server knows which part the gate needs, but at least one field if
 * the input has required ones; `undefined` for a procedure without an input.
 */
export type GateInput<Procedure> = PartOf<InputOf<Procedure>>;

type PartOf<Input, All = Input> = Input extends object
  ? Partial<Input> & AnyFieldOf<Input, All>
  : Input extends void
    ? undefined
    : Input;

/** `unknown` for an input without required fields, and for a union, whose parts the compiler cannot combine. */
type AnyFieldOf<Input, All> = {} extends Input
  ? unknown
  : [All] extends [Input]
    ? { [Name in keyof Input]: { readonly [_ in Name]: unknown } }[keyof Input]
    : unknown;

/**
 * May be omitted only for a procedure that requires no input. `undefined` when the gate checks the resource as a whole.
 */
export type GateArgument<Procedure> =
  undefined extends InputOf<Procedure>
    ? [input?: GateInput<Procedure>]
    : [input: GateInput<Procedure> | undefined];

/** The first element of the key is the procedure's path. */
export type GetQueryKey = (...procedure: never) => readonly unknown[];

/** `getQueryKey` for `@trpc/react-query`, `pathKey` for `@trpc/tanstack-react-query`. */
interface PathKeys {
  readonly getQueryKey: ((procedure: GatedProcedure) => readonly unknown[]) | undefined;
  readonly procedure: { readonly pathKey: () => readonly unknown[] };
}

/**
 * `reports.publish`.
 * @throws {TypeError} when `procedure` is not a procedure of a tRPC client
 */
export function pathOf(procedure: GatedProcedure, getQueryKey: GetQueryKey | undefined): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tRPC types them for its own procedures
  const keys = { getQueryKey, procedure } as unknown as PathKeys;
  for (const keyOf of [() => keys.getQueryKey?.(procedure), () => keys.procedure.pathKey()]) {
    try {
      const path = keyOf()?.at(-1); // A prefix may precede it.
      if (Array.isArray(path)) return path.join('.');
    } catch {
      // Each client throws for the procedures of the other.
    }
  }
  throw new TypeError(
    'useGate takes a procedure of the tRPC client. For `createTRPCReact`, pass `getQueryKey` of @trpc/react-query.',
  );
}
