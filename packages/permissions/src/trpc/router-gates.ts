import type { AnyTRPCRouter } from '@trpc/server';
import { gateOf } from './gate.ts';
import { loadLazyRouters } from './load-lazy-routers.ts';

/** The router's procedures by path, without those of routers that `loadLazyRouters` has not loaded. */
export function proceduresOf(router: AnyTRPCRouter): Readonly<Record<string, unknown>> {
  return router._def.procedures as Readonly<Record<string, unknown>>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- `any` in tRPC's types
}

/**
 * The permissions that each gated procedure requires, by path: `reports:view`; `reports:view & reports:edit` when all are
 * required; `reports:view | reports:edit` when one is enough. Procedures without a gate are left out. Routers behind
 * `lazy()` are loaded.
 */
export async function gatesOf(router: AnyTRPCRouter): Promise<Record<string, string>> {
  await loadLazyRouters(router);
  const gates: Record<string, string> = {};
  for (const [path, procedure] of Object.entries(proceduresOf(router))) {
    const gate = gateOf(procedure);
    if (gate === undefined) continue;
    const { match, permissions } = gate.requirement;
    gates[path] = permissions.join(match === 'all' ? ' & ' : ' | ');
  }
  return gates;
}

/** Every permission that a gate of the router requires, once each. Routers behind `lazy()` are loaded. */
export async function gatedPermissions(router: AnyTRPCRouter): Promise<string[]> {
  await loadLazyRouters(router);
  const required = Object.values(proceduresOf(router)).flatMap(
    (procedure) => gateOf(procedure)?.requirement.permissions ?? [],
  );
  return [...new Set(required)];
}

/** The paths of the procedures that have no gate: they require no permission. Routers behind `lazy()` are loaded. */
export async function ungatedProcedures(router: AnyTRPCRouter): Promise<string[]> {
  const gates = await gatesOf(router);
  return Object.keys(proceduresOf(router)).filter((path) => !(path in gates));
}

/**
 * For a test of the router: every procedure has a gate, except those in `openToEveryone`. Routers behind `lazy()` are
 * loaded, and their procedures count. Await it: a test that does not await it passes whatever it finds.
 * @param openToEveryone - Paths of procedures that need no permission.
 * @throws {TypeError} naming the procedures without a gate that the list lacks, and the paths in the list that have a
 *   gate or do not exist.
 */
export async function assertGated(router: AnyTRPCRouter, openToEveryone: readonly string[]): Promise<void> {
  const open = await ungatedProcedures(router);
  const forgotten = open.filter((path) => !openToEveryone.includes(path));
  const stale = openToEveryone.filter((path) => !open.includes(path));
  if (forgotten.length > 0) throw new TypeError(`Without a gate: ${forgotten.join(', ')}.`);
  if (stale.length > 0) throw new TypeError(`Named as open, but gated or not there: ${stale.join(', ')}.`);
}
