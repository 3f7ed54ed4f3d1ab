import type { AnyTRPCRouter } from '@trpc/server';

/**
 * Loads the routers behind tRPC's `lazy()`, and those inside them: the procedures of a router that is not loaded are
 * missing in the outer router. A router that cannot be loaded rejects.
 */
export async function loadLazyRouters({ _def: definition }: AnyTRPCRouter): Promise<void> {
  // tRPC removes a router that it has loaded from this list, and adds those that it found inside.
  for (let waiting = Object.values(definition.lazy); waiting.length > 0;) {
    await Promise.all(waiting.map(({ load }) => load()));
    waiting = Object.values(definition.lazy);
  }
}
