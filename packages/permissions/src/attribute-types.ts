/** The attribute types of Permit.io. `time` is ISO 8601 text, `json` is any JSON value. */
export type AttributeType = 'bool' | 'number' | 'string' | 'time' | 'array' | 'json';

/** Attribute types by attribute name. */
export type AttributeTable = Readonly<Record<string, AttributeType>>;

interface ValueByType {
  readonly bool: boolean;
  readonly number: number;
  readonly string: string;
  readonly time: string;
  readonly array: readonly (string | number | boolean)[];
  readonly json: unknown;
}

/**
 * `{ clearance: 'string' }` → `{ clearance?: string }`. Every attribute may be absent; a condition on an absent attribute
 * is false.
 */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: ValueByType[Table[Name]];
};

/** The attributes that need no declaration: Permit generates them, for the tenant of the check. */
export interface GeneratedAttributes {
  readonly 'user.key': 'string';
  readonly 'user.email': 'string';
  readonly 'user.roles': 'array';
  readonly 'user.tenants': 'array';
  readonly 'resource.type': 'string';
}
