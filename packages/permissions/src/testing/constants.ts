import type { Policy } from '../policy.ts';

/** What the conditions of a policy compare with. */
export interface Constants {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  /** What `object_match` and its kin look for in an attribute of type `json`. */
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

/** The paths of attributes that conditions speak of, `user.clearance`. */
export function pathsOf(policy: Policy): string[] {
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

/** The names under every `match`. */
function propertiesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    ...(key === 'match' && typeof inner === 'object' ? Object.keys(inner ?? {}) : []),
    ...propertiesIn(inner),
  ]);
}

/** All values at any depth, those of references apart: they name a path. */
function valuesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.entries(value).flatMap(([key, inner]) => (key === 'ref' ? [] : valuesIn(inner)))];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
