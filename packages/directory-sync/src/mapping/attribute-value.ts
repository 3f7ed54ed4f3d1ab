/**
 * An attribute with a value in Logto's user: its name in Permit, its path in Logto's user, and its type in the policy.
 */
export interface MappedAttribute {
  readonly name: string;
  readonly path: readonly string[];
  readonly type: string;
}

const hasType: Readonly<Record<string, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  string: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  array: (value) => Array.isArray(value),
  json: (value) => value !== undefined,
};

/** Whether a value has a type that a policy declares. */
export function isOfType(value: unknown, type: string): boolean {
  return value !== null && hasType[type]?.(value) === true;
}

/**
 * Returns the value at the attribute's path, or `undefined` when it is missing or not of the declared type. Conditions
 * on an absent attribute are false, so a malformed value in Logto grants nothing.
 */
export function attributeValue(user: unknown, { path, type }: MappedAttribute): unknown {
  let value = user;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return isOfType(value, type) ? value : undefined;
}
