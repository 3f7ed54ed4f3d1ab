import { cautiousLimits, type Limits, type LogtoManagementOptions } from '@latchkey/directory-sync';
import type { Env } from '../../env.ts';

/**
 * The connection to Logto's Management API; `undefined` when no machine-to-machine app is configured (payload mode).
 */
export function logtoManagementOf(env: Env): LogtoManagementOptions | undefined {
  const { LOGTO_ENDPOINT, LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET, LOGTO_MANAGEMENT_RESOURCE } = env;
  if (LOGTO_M2M_APP_ID === undefined || LOGTO_M2M_APP_SECRET === undefined) return undefined;
  return {
    endpoint: LOGTO_ENDPOINT,
    appId: LOGTO_M2M_APP_ID,
    appSecret: LOGTO_M2M_APP_SECRET,
    resource: LOGTO_MANAGEMENT_RESOURCE,
  };
}

/** The Permit rate limits, per minute and for all replicas together. */
export function permitLimitsOf({ PERMIT_WRITES_PER_MINUTE, PERMIT_DELETES_PER_MINUTE }: Env): Limits {
  return { ...cautiousLimits, write: PERMIT_WRITES_PER_MINUTE, delete: PERMIT_DELETES_PER_MINUTE };
}
