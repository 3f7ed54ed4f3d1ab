import type { AnyTRPCRouter } from '@trpc/server';

/** What stands in front of a procedure, readable at run time from its meta. */
export interface Gate<Permission extends string = string> {
  readonly permission: Permission;
  /** The key of the instance, read from the procedure's raw input. @throws {z.ZodError} when it is not there. */
  readonly instanceIn?: ((rawInput: unknown) => string) | undefined;
}

type Procedures = Readonly<Record<string, unknown>>;

function isGate(value: unknown): value is Gate {
  return (
    typeof value === 'object' &&
    value !== null &&
    'permission' in value &&
    typeof value.permission === 'string'
  );
}

/** The gate of one procedure; `undefined` when it has none. tRPC keeps meta as `unknown`, hence the looking. */
export function gateOf(procedure: unknown): Gate | undefined {
  if (typeof procedure !== 'function' || !('_def' in procedure)) return undefined;
  const { _def: definition } = procedure;
  if (typeof definition !== 'object' || definition === null || !('meta' in definition)) return undefined;
  const { meta } = definition;
  return typeof meta === 'object' && meta !== null && 'gate' in meta && isGate(meta.gate)
    ? meta.gate
    : undefined;
}

/** The router's procedures by path. */
export function proceduresOf(router: AnyTRPCRouter): Procedures {
  return router._def.procedures as Procedures; // oxlint-disable-line typescript/no-unsafe-type-assertion -- `any` in tRPC's types
}

/** Path → permission for every gated procedure of a router. */
export function gatesOf(router: AnyTRPCRouter): Record<string, string> {
  const gates: Record<string, string> = {};
  for (const [path, procedure] of Object.entries(proceduresOf(router))) {
    const gate = gateOf(procedure);
    if (gate !== undefined) gates[path] = gate.permission;
  }
  return gates;
}

/** The procedures that nobody's permission is asked for: a test holds this list to the few that are meant to be there. */
export function ungatedProcedures(router: AnyTRPCRouter): string[] {
  const gates = gatesOf(router);
  return Object.keys(proceduresOf(router)).filter((path) => !(path in gates));
}
