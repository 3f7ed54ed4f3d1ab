import {
  allows,
  check,
  type AuthorizationQuery,
  type AuthorizationResult,
  type World,
} from '@latchkey/permit-engine';
import type { Check } from '../core/decision.ts';
import { toJson } from './facts.ts';

/** Runs one check on the engine, as a query to Permit's PDP with debug output. */
export function askEngine(world: World, asked: Check): AuthorizationResult {
  return check(world, { ...queryOf(asked), use_debugger: true });
}

/** The engine's decision, without debug output. */
export function engineAllows(world: World, asked: Check): boolean {
  return allows(world, queryOf(asked));
}

function queryOf({ subject, tenant, permission, instance, attributes, context }: Check): AuthorizationQuery {
  const [type = '', action = ''] = permission.split(':');
  return {
    user: { key: subject },
    action,
    resource: { type, key: instance, tenant, attributes: attributes && toJson(attributes) },
    context: context && toJson(context),
  };
}
