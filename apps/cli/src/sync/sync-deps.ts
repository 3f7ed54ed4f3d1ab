import {
  cautiousLimits,
  createLogtoManagement,
  createPermitClient,
  createPermitFacts,
  type ReconcileDeps,
} from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import type { CommandDeps } from '../command-deps.ts';
import { httpUrl, PermitEnvironment, required } from '../env.ts';

const perMinute = z.coerce.number({ error: 'must be a number' }).positive();

const SyncEnvironment = PermitEnvironment.extend({
  LOGTO_ENDPOINT: httpUrl,
  LOGTO_M2M_APP_ID: required,
  LOGTO_M2M_APP_SECRET: required,
  LOGTO_MANAGEMENT_RESOURCE: z.url().default('https://default.logto.app/api'),
  PERMIT_WRITES_PER_MINUTE: perMinute.default(cautiousLimits.write),
  PERMIT_DELETES_PER_MINUTE: perMinute.default(cautiousLimits.delete),
});

export function syncDeps(deps: CommandDeps): ReconcileDeps {
  const env = deps.env(SyncEnvironment);
  const limits = {
    ...cautiousLimits,
    write: env.PERMIT_WRITES_PER_MINUTE,
    delete: env.PERMIT_DELETES_PER_MINUTE,
  };
  return {
    logto: createLogtoManagement({
      endpoint: env.LOGTO_ENDPOINT,
      appId: env.LOGTO_M2M_APP_ID,
      appSecret: env.LOGTO_M2M_APP_SECRET,
      resource: env.LOGTO_MANAGEMENT_RESOURCE,
    }),
    permit: createPermitFacts(
      createPermitClient({ apiUrl: env.PERMIT_API_URL, apiKey: env.PERMIT_API_KEY, limits }),
    ),
    mapping: directoryMapping,
  };
}
