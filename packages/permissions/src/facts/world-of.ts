import { worldFromDocument, type World } from '@latchkey/permit-engine';
import type { Policy } from '../core/policy.ts';
import { factsDocument } from './facts-document.ts';
import type { Facts } from './facts.ts';
import { conditionSetsOf, schemaDocument } from './schema-document.ts';

/** The policy and the facts as input of the engine. */
export function worldOf(policy: Policy, facts: Facts): World {
  return worldFromDocument(
    { ...schemaDocument(policy), ...factsDocument(facts), use_debugger: false },
    conditionSetsOf(policy),
  );
}
