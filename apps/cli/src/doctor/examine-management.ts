import { z } from 'zod';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { Hook } from '../connect/logto-state.ts';
import { createManagement } from '../connect/management.ts';
import type { DoctorEnv } from './environment.ts';
import { examineApplication } from './examine-application.ts';
import { examineHooks } from './examine-hooks.ts';
import { failedBy, ok, skipped, type Verdict } from './verdict.ts';

const about = 'Logto Management API';

/** Checks that directory sync may call the Management API; by it, the application and the webhook that are set up in Logto. */
export async function examineManagement(env: DoctorEnv, endpoint: string): Promise<Verdict[]> {
  const { LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: appSecret } = env;
  if (appId === undefined || appSecret === undefined) {
    return [
      skipped(
        about,
        'Without a machine-to-machine application, sync knows only what webhooks say, and the application and the webhook cannot be examined.',
        'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
      ),
    ];
  }
  const management = createManagement({
    endpoint,
    appId,
    appSecret,
    resource: env.LOGTO_MANAGEMENT_RESOURCE,
  });
  const hooks = await management.get('/hooks', z.array(Hook)).catch(asActionable);
  if (hooks instanceof ActionableError) return [failedBy(about, hooks)];
  return [
    ok(about, `${appId} may read it.`),
    await examineApplication(env, management),
    ...(await examineHooks(env, hooks)),
  ];
}
