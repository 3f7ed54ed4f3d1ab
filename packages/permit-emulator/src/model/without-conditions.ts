import type { World } from '@latchkey/permit-engine';

/** The facts without conditions: what a condition set grants, the hosted PDP does not know. */
export function withoutConditions(world: World): World {
  return {
    ...world,
    conditionSets: () => [],
    conditionSet: () => undefined,
    conditionSetRules: () => undefined,
  };
}
