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

export function isOfType(value: unknown, type: string): boolean {
  return value !== null && hasType[type]?.(value) === true;
}

/** The value in Logto's user; `undefined` when it is missing or of another type: a malformed value grants nothing. */
export function attributeValue(user: unknown, { path, type }: MappedAttribute): unknown {
  let value = user;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return isOfType(value, type) ? value : undefined;
}
