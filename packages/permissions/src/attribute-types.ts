/** The types that Permit.io's attributes have; `time` is ISO 8601 text, `json` anything. */
export type AttributeType = 'bool' | 'number' | 'string' | 'time' | 'array' | 'json';

/** Attributes by name. */
export type AttributeTable = Readonly<Record<string, AttributeType>>;

interface ValueByType {
  readonly bool: boolean;
  readonly number: number;
  readonly string: string;
  readonly time: string;
  readonly array: readonly (string | number | boolean)[];
  readonly json: unknown;
}

/** `{ clearance: 'string' }` → `{ clearance?: string }`. Every attribute may be absent; a condition on it is then false. */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: ValueByType[Table[Name]];
};

/** The attributes that are there without being declared: Permit generates them, in the tenant that is checked. */
export interface GeneratedAttributes {
  readonly 'user.key': 'string';
  readonly 'user.email': 'string';
  readonly 'user.roles': 'array';
  readonly 'user.tenants': 'array';
  readonly 'resource.type': 'string';
}
