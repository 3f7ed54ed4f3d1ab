/**
 * Decides whether a user or a resource belongs to a set: `{ allOf: [{ 'user.clearance': { equals: 'secret' } }, { not:
 * { … } }] }`. The operators are Permit.io's (https://docs.permit.io/api/working-with-abac/operators). `definePolicy`
 * checks paths, operators and values against the declared attributes. This is the loose type for code that reads
 * conditions at run time.
 */
export interface Condition {
  readonly [pathOrConnective: string]: unknown;
}
