import type { AnyTRPCRouter } from '@trpc/server';

/**
 * Loads the routers behind tRPC's `lazy()`, including nested ones: until a router is loaded, the outer router lacks its
 * procedures. Rejects if a router cannot be loaded.
 */
export async function loadLazyRouters({ _def: definition }: AnyTRPCRouter): Promise<void> {
  // tRPC removes a loaded router from this list, and adds the ones nested in it.
  for (let waiting = Object.values(definition.lazy); waiting.length > 0;) {
    await Promise.all(waiting.map(({ load }) => load()));
    waiting = Object.values(definition.lazy);
  }
}
