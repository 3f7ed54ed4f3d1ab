import type { Policy } from '../core/policy.ts';

/** The values that the conditions of a policy compare attributes with. */
export interface Constants {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  /** The property names in `object_match`, `any_match` and `all_match`, for attributes of type `json`. */
  readonly properties: readonly string[];
}

export function constantsOf(policy: Policy): Constants {
  const values = conditionsOf(policy).flatMap(valuesIn);
  return {
    strings: unique(values.filter((value) => typeof value === 'string')),
    numbers: unique(values.filter((value) => typeof value === 'number')),
    properties: unique(conditionsOf(policy).flatMap(propertiesIn)),
  };
}

/** The attribute paths in the conditions of a policy: `user.clearance`. */
export function attributePathsOf(policy: Policy): string[] {
  return unique(
    conditionsOf(policy)
      .flatMap(keysIn)
      .filter((key) => key.includes('.')),
  );
}

function conditionsOf({ userSets = {}, resourceSets = {} }: Policy): object[] {
  return [...Object.values(userSets), ...Object.values(resourceSets)].map(({ where }) => where);
}

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

/** The property names under every `match`. */
function propertiesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    ...(key === 'match' && typeof inner === 'object' ? Object.keys(inner ?? {}) : []),
    ...propertiesIn(inner),
  ]);
}

/** All nested values except those of `ref`, which are paths. */
function valuesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.entries(value).flatMap(([key, inner]) => (key === 'ref' ? [] : valuesIn(inner)))];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
