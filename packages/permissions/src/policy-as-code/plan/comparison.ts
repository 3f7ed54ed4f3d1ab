import type { PolicySchema } from '../schema/policy-schema.ts';
import type { Renames } from './renames.ts';

/** The two sides of a plan, the policy's schema and the environment's, and the renames between them. */
export interface Comparison {
  readonly wanted: PolicySchema;
  readonly present: PolicySchema;
  readonly renames: Renames;
}
