/** A procedure of `@trpc/react-query`'s client, by its shape: this package does not depend on that one. */
export type GatedProcedure =
  | { readonly useQuery: (input: never, ...rest: never[]) => unknown }
  | { readonly useMutation: (...args: never[]) => unknown };

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
    : never;

/** Any part of a procedure's input: which part its gate needs is known to the server only. `undefined` for a procedure without input. */
export type GateInput<Procedure> =
  InputOf<Procedure> extends infer Input ? (Input extends object ? Partial<Input> : undefined) : never;

/**
 * The procedure's path, `reports.publish`. It is read with `_def()`, as `getQueryKey` of `@trpc/react-query` does:
 * that method exists at run time, but not in the types.
 * @throws {TypeError} when `procedure` is not a procedure of the tRPC client.
 */
export function pathOf(procedure: GatedProcedure): string {
  const definition: unknown = Reflect.get(procedure, '_def');
  const found: unknown = typeof definition === 'function' ? definition() : undefined;
  if (typeof found === 'object' && found !== null && 'path' in found && Array.isArray(found.path)) {
    return found.path.join('.');
  }
  throw new TypeError('useGate takes a procedure of the tRPC client, such as `trpc.reports.publish`.');
}
