import type { MappedAttribute } from './define-directory-mapping.ts';

const hasType: Readonly<Record<string, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  string: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  array: (value) => Array.isArray(value),
  json: (value) => value !== undefined,
};

/**
 * The value at the attribute's path; `undefined` when there is none, or when its type is not the declared one. Conditions
 * on an absent attribute are false, so a malformed value in Logto grants nothing.
 */
export function attributeValue(user: unknown, { path, type }: MappedAttribute): unknown {
  let value = user;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value !== null && hasType[type]?.(value) === true ? value : undefined;
}
