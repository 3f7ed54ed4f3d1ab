/** The structural type of a procedure of `@trpc/react-query`'s client, on which this package does not depend. */
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

/** Any part of a procedure's input: only the server knows which part its gate needs. `undefined` without an input. */
export type GateInput<Procedure> =
  InputOf<Procedure> extends infer Input ? (Input extends object ? Partial<Input> : undefined) : never;

/** `getQueryKey` of `@trpc/react-query`. The first element of the key is the procedure's path. */
export type GetQueryKey = (...procedure: never) => readonly unknown[];

/**
 * The procedure's path, `reports.publish`.
 * @throws {TypeError} when `procedure` is not a procedure of the tRPC client.
 */
export function pathOf(procedure: GatedProcedure, getQueryKey: GetQueryKey): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tRPC types it for its own procedures
  const [path] = (getQueryKey as (procedure: GatedProcedure) => readonly unknown[])(procedure);
  if (Array.isArray(path)) return path.join('.');
  throw new TypeError('useGate takes a procedure of the tRPC client, such as `trpc.reports.publish`.');
}
