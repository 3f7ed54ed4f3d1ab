/** A procedure of `@trpc/react-query`'s proxy, by its shape, so that this package need not depend on that one. */
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

/** What a gate may need of a procedure's input: any part of it; the server says which. */
export type GateInput<Procedure> =
  InputOf<Procedure> extends infer Input ? (Input extends object ? Partial<Input> : undefined) : never;

/**
 * The procedure's path, `reports.publish`. `_def()` is what `getQueryKey` of `@trpc/react-query` itself calls; it is
 * there at run time and kept out of the types.
 * @throws {TypeError} when given anything but a procedure of the proxy.
 */
export function pathOf(procedure: GatedProcedure): string {
  const definition: unknown = Reflect.get(procedure, '_def');
  const found: unknown = typeof definition === 'function' ? definition() : undefined;
  if (typeof found === 'object' && found !== null && 'path' in found && Array.isArray(found.path)) {
    return found.path.join('.');
  }
  throw new TypeError('useGate takes a procedure of the tRPC client, such as `trpc.reports.publish`.');
}
