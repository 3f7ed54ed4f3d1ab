import { check, type AuthorizationResult, type EngineOptions } from '@latchkey/permit-engine';
import { newId } from '../ids.ts';
import type { Environment } from '../model/environment.ts';
import type { AuthorizationQueryInput } from '../schemas/pdp.ts';
import type { DecisionLog } from './decision-log.ts';

/** Decides with the facts that have reached the PDP, and logs the decision with its reason. */
export function decide(
  env: Environment,
  log: DecisionLog,
  query: AuthorizationQueryInput,
): AuthorizationResult {
  const result = check(env.pdp, query, engineOptions(env));
  log.add({
    id: newId(),
    timestamp: env.now(),
    environment_id: env.scope.environment_id,
    query,
    result,
  });
  return result;
}

/** The vendor writes a role on an instance `document:d1#owner`, and documents it as `owner`. */
export function engineOptions({ vendorQuirks }: Environment): EngineOptions {
  return { plainRoleNames: !vendorQuirks };
}

/**
 * The response of `/allowed`. `result` stays `false` even when allowed, as in the real PDP. Clients read `allow`.
 */
export function wireResult({ allow, debug }: AuthorizationResult): Record<string, unknown> {
  return { allow, ...(debug !== undefined && { debug }), result: false };
}
