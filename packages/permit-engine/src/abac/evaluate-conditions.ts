import type { Attributes } from '../attributes.ts';
import type { JsonObject } from '../json.ts';
import { compileConditions } from './compile-conditions.ts';
import type { Verdict } from './verdict.ts';

/**
 * Evaluates conditions on attributes alone: there are no facts, so `fk_resource_type` finds no instance. `user.roles` and
 * `user.tenants` are sets, as Permit generates them.
 */
export function evaluateConditions(conditions: JsonObject, attributes: Attributes): Verdict {
  return compileConditions(conditions)({
    attributes,
    world: { resourceInstance: () => undefined },
    options: {},
  });
}
