import { allows } from './allows.ts';
import type { EngineOptions } from './options.ts';
import type { FilterObjectsQuery, ResourceInput } from './query.ts';
import type { World } from './world.ts';

/** Keeps the resources on which the user may do the action, in the given order. */
export function filterObjects<R extends ResourceInput>(
  world: World,
  query: FilterObjectsQuery<R>,
  options: EngineOptions = {},
): readonly R[] {
  const { resources, ...rest } = query;
  return resources.filter((resource) => allows(world, { ...rest, resource }, options));
}
