import type { World } from '@latchkey/permit-engine';
import { createFactIndex, type FactIndex } from './fact-index.ts';
import { createSchemaIndex, type SchemaIndex } from './schema-index.ts';
import { createTupleIndex, type TupleIndex } from './tuple-index.ts';

/**
 * The engine's `World` (the facts that decisions rest on) of one environment. Every change updates it; it is
 * never rebuilt.
 */
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
