import type { AnyTRPCRouter } from '@trpc/server';
import type { ResourceRef } from '../permissions.ts';
import type { PermissionSet } from './requirement.ts';

/** What stands in front of a procedure, readable at run time from its meta. */
export interface Gate {
  readonly requirement: PermissionSet;
  /**
   * What the question is about, out of the procedure's raw input and its context; absent when it is about the resource
   * as a whole. `loaded` is what had to be fetched to know. Rejects with a `ZodError` when the input lacks what it needs.
   */
  readonly target?: ((rawInput: unknown, ctx: unknown) => Promise<GateTarget>) | undefined;
}

export interface GateTarget {
  readonly on: ResourceRef;
  readonly loaded?: unknown;
}

function isGate(value: unknown): value is Gate {
  return typeof value === 'object' && value !== null && 'requirement' in value;
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
export function proceduresOf(router: AnyTRPCRouter): Readonly<Record<string, unknown>> {
  return router._def.procedures as Readonly<Record<string, unknown>>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- `any` in tRPC's types
}

/** Path → what it needs: `reports:view`, or `reports:view & reports:edit`, or with `|` where one is enough. */
export function gatesOf(router: AnyTRPCRouter): Record<string, string> {
  const gates: Record<string, string> = {};
  for (const [path, procedure] of Object.entries(proceduresOf(router))) {
    const gate = gateOf(procedure);
    if (gate === undefined) continue;
    const { need, permissions } = gate.requirement;
    gates[path] = permissions.join(need === 'all' ? ' & ' : ' | ');
  }
  return gates;
}

/** The procedures that nobody's permission is asked for. */
export function ungatedProcedures(router: AnyTRPCRouter): string[] {
  const gates = gatesOf(router);
  return Object.keys(proceduresOf(router)).filter((path) => !(path in gates));
}

/**
 * For a test: every procedure is behind a gate, except those named.
 * @throws {TypeError} naming those that are open and should not be, and those that are named and gated, or not there.
 */
export function assertGated(router: AnyTRPCRouter, openToEveryone: readonly string[]): void {
  const open = ungatedProcedures(router);
  const forgotten = open.filter((path) => !openToEveryone.includes(path));
  const stale = openToEveryone.filter((path) => !open.includes(path));
  if (forgotten.length > 0) throw new TypeError(`Without a gate: ${forgotten.join(', ')}.`);
  if (stale.length > 0) throw new TypeError(`Named as open, but gated or not there: ${stale.join(', ')}.`);
}
