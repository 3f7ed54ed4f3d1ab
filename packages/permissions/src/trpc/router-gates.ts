import type { AnyTRPCRouter } from '@trpc/server';
import { gateOf } from './gate.ts';

/** The router's procedures by path. */
export function proceduresOf(router: AnyTRPCRouter): Readonly<Record<string, unknown>> {
  return router._def.procedures as Readonly<Record<string, unknown>>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- `any` in tRPC's types
}

/**
 * The permissions that each gated procedure requires, by path: `reports:view`; `reports:view & reports:edit` when all are
 * required; `reports:view | reports:edit` when one is enough. Procedures without a gate are left out.
 */
export function gatesOf(router: AnyTRPCRouter): Record<string, string> {
  const gates: Record<string, string> = {};
  for (const [path, procedure] of Object.entries(proceduresOf(router))) {
    const gate = gateOf(procedure);
    if (gate === undefined) continue;
    const { match, permissions } = gate.requirement;
    gates[path] = permissions.join(match === 'all' ? ' & ' : ' | ');
  }
  return gates;
}

/** The paths of the procedures that have no gate: they require no permission. */
export function ungatedProcedures(router: AnyTRPCRouter): string[] {
  const gates = gatesOf(router);
  return Object.keys(proceduresOf(router)).filter((path) => !(path in gates));
}

/**
 * For a test of the router: every procedure has a gate, except those in `openToEveryone`.
 * @param openToEveryone - Paths of procedures that need no permission.
 * @throws {TypeError} naming the procedures without a gate that the list lacks, and the paths in the list that have a
 *   gate or do not exist.
 */
export function assertGated(router: AnyTRPCRouter, openToEveryone: readonly string[]): void {
  const open = ungatedProcedures(router);
  const forgotten = open.filter((path) => !openToEveryone.includes(path));
  const stale = openToEveryone.filter((path) => !open.includes(path));
  if (forgotten.length > 0) throw new TypeError(`Without a gate: ${forgotten.join(', ')}.`);
  if (stale.length > 0) throw new TypeError(`Named as open, but gated or not there: ${stale.join(', ')}.`);
}
