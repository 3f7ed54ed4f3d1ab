import {
  check,
  type AuthorizationQuery,
  type AuthorizationResult,
  type World,
} from '@latchkey/permit-engine';
import type { Check } from '../decision.ts';
import { toJson } from './to-json.ts';

/** Runs one check on the engine, in the form of a query to Permit's PDP. `explain` adds the debug output. */
export function askEngine(
  world: World,
  asked: Check,
  { explain }: { readonly explain: boolean },
): AuthorizationResult {
  return check(world, { ...queryOf(asked), use_debugger: explain });
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
