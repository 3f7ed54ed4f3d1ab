import type { PolicySchema } from '../schema/policy-schema.ts';
import type { Renames } from './renames.ts';

/** The two sides of a plan: the policy's schema and the environment's, and what is to be called otherwise. */
export interface Comparison {
  readonly wanted: PolicySchema;
  readonly present: PolicySchema;
  readonly renames: Renames;
}
