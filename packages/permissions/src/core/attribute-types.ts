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
 * `{ clearance: 'string' }` → `{ clearance?: string }`. Every attribute is optional; a condition on a missing attribute
 * is false.
 */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: ValueByType[Table[Name]];
};

/** Attributes that Permit generates for the tenant of the check. They are not declared in the policy. */
export interface GeneratedAttributes {
  readonly 'user.key': 'string';
  readonly 'user.email': 'string';
  readonly 'user.roles': 'array';
  readonly 'user.tenants': 'array';
  readonly 'resource.type': 'string';
}
