import type { AnyTRPCRouter } from '@trpc/server';
import { gateOf } from './gate.ts';

/** Except those of lazy routers that are not loaded yet. */
export function proceduresOf(router: AnyTRPCRouter): Readonly<Record<string, unknown>> {
  return router._def.procedures as Readonly<Record<string, unknown>>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- `any` in tRPC's types
}

/**
 * Lists the permissions that each gated procedure requires, by path: `reports:view`; `reports:view & reports:edit` when
 * all are required; `reports:view | reports:edit` when one is enough. Leaves out procedures without a gate. Loads
 * routers behind `lazy()`.
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

/** Lists every permission that a gate of the router requires, without duplicates. Loads routers behind `lazy()`. */
export async function gatedPermissions(router: AnyTRPCRouter): Promise<string[]> {
  await loadLazyRouters(router);
  const required = Object.values(proceduresOf(router)).flatMap(
    (procedure) => gateOf(procedure)?.requirement.permissions ?? [],
  );
  return [...new Set(required)];
}

/**
 * Lists the paths of the procedures that have no gate, and therefore require no permission. Loads routers behind
 * `lazy()`.
 */
export async function ungatedProcedures(router: AnyTRPCRouter): Promise<string[]> {
  const gates = await gatesOf(router);
  return Object.keys(proceduresOf(router)).filter((path) => !Object.hasOwn(gates, path));
}

/**
 * Asserts in a test that every procedure has a gate, except those in `openToEveryone`. Loads routers behind `lazy()`
 * and includes their procedures. Await the result: a test that does not await it always passes.
 * @param openToEveryone - The paths of the procedures that require no permission.
 * @throws {TypeError} naming the procedures without a gate that are not in the list, and the paths in the list that
 * have a gate or do not exist.
 */
export async function assertGated(router: AnyTRPCRouter, openToEveryone: readonly string[]): Promise<void> {
  const open = await ungatedProcedures(router);
  const forgotten = open.filter((path) => !openToEveryone.includes(path));
  const stale = openToEveryone.filter((path) => !open.includes(path));
  if (forgotten.length > 0) throw new TypeError(`Without a gate: ${forgotten.join(', ')}.`);
  if (stale.length > 0) throw new TypeError(`Listed as open, but gated or missing: ${stale.join(', ')}.`);
}

/**
 * Loads the routers behind tRPC's `lazy()`, including nested ones, because the outer router lacks their procedures
 * until they are loaded. Rejects if a router cannot be loaded.
 */
export async function loadLazyRouters({ _def: definition }: AnyTRPCRouter): Promise<void> {
  // After loading a router, tRPC removes it from this list and adds the lazy routers nested in it.
  for (let waiting = Object.values(definition.lazy); waiting.length > 0;) {
    await Promise.all(waiting.map(({ load }) => load()));
    waiting = Object.values(definition.lazy);
  }
}
