import { stableId } from '../ids.ts';
import { newApiKey, newSecret, type Account, type ApiKeyRecord } from '../model/account.ts';
import type { Scope } from '../model/environment.ts';

/** An environment has one PDP, which goes by the environment's own key. */
export function pdpConfigId({ environment_id }: Scope): string {
  return stableId('pdp', environment_id);
}

function pdpKey(account: Account, scope: Scope): ApiKeyRecord {
  for (const key of account.keys.values()) {
    if (key.environment_id === scope.environment_id && key.owner_type === 'pdp_config') return key;
  }
  return newApiKey(account, { project_id: scope.project_id, environment_id: scope.environment_id });
}

export function readPdpConfig(account: Account, scope: Scope): Record<string, unknown> {
  return {
    id: pdpConfigId(scope),
    name: 'Emulator PDP',
    ...scope,
    client_secret: pdpKey(account, scope).secret,
    opal_server_access_token: null,
    num_shards: null,
    debug_audit_logs: true,
    min_pdp_version: null,
  };
}

export function rotatePdpKey(account: Account, scope: Scope): void {
  const rotated = { ...pdpKey(account, scope), secret: newSecret() };
  account.keys.put(rotated.id, rotated);
}
