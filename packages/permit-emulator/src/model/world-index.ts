import type { World } from '@latchkey/permit-engine';
import { createFactIndex, type FactIndex } from './fact-index.ts';
import { createSchemaIndex, type SchemaIndex } from './schema-index.ts';
import { createTupleIndex, type TupleIndex } from './tuple-index.ts';

/** The engine's view of one environment, kept up to date change by change instead of being rebuilt. */
export interface WorldIndex extends World {
  readonly facts: FactIndex;
  readonly tuples: TupleIndex;
  readonly schema: SchemaIndex;
}

export function createWorldIndex(): WorldIndex {
  const facts = createFactIndex();
  const tuples = createTupleIndex();
  const schema = createSchemaIndex();
  return { facts, tuples, schema, useDebugger: true, ...facts.world, ...tuples.world, ...schema.world };
}
