import { stableId } from '../ids.ts';
import { newApiKey, newSecret, type Account, type ApiKeyRecord } from '../model/account.ts';
import type { Scope } from '../model/environment.ts';

/** An environment has one PDP, which uses the environment's own key. */
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

/** The start configuration of a PDP. There is no OPAL server here, so addresses are empty. */
export function remoteConfig(scope: Scope): Record<string, unknown> {
  const { organization_id, project_id, environment_id } = scope;
  return {
    opal_common: { FETCHING_CALLBACK_TIMEOUT: 60, AUTH_PUBLIC_KEY: '' },
    opal_client: {
      DATA_TOPICS: [],
      CLIENT_TOKEN: '',
      SERVER_URL: '',
      SERVER_WS_URL: '',
      SERVER_PUBSUB_URL: '',
      DEFAULT_DATA_SOURCES_CONFIG_URL: '',
      SCOPE_ID: environment_id,
      SHOULD_REPORT_ON_DATA_UPDATES: false,
    },
    pdp: {
      BACKEND_SERVICE_URL: '',
      OPA_DECISION_LOG_ENABLED: false,
      OPA_DECISION_LOG_INGRESS_ROUTE: '',
      OPA_DECISION_LOG_INGRESS_BACKEND_TIER_URL: '',
      CONTROL_PLANE_RELAY_JWT_TIER: '',
      CONTROL_PLANE_RELAY_API: '',
      CONTROL_PLANE_PDP_DELTAS_API: '',
      FACTDB_ENABLED: false,
      FACTDB_BACKUP_SERVER_URL: '',
    },
    context: {
      customer_id: organization_id,
      client_id: pdpConfigId(scope),
      backend_tier: 'http://localhost',
      component: 'sidecar',
      org_id: organization_id,
      project_id,
      env_id: environment_id,
    },
  };
}
