import { z } from 'zod';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { Hook } from '../connect/logto-state.ts';
import { createManagement, type Management } from '../connect/management.ts';
import type { DoctorEnv } from './environment.ts';
import { examineAccountApi } from './examine-account-api.ts';
import { examineApplication, examineTrustedApplications } from './examine-application.ts';
import { examineHooks } from './examine-hooks.ts';
import { examineRegistration } from './examine-registration.ts';
import { failedBy, ok, skipped, type Verdict } from './verdict.ts';

const about = 'Logto Management API';

/** Checks that directory sync can call the Management API, and with it the application and the webhook in Logto. */
export async function examineManagement(env: DoctorEnv): Promise<Verdict[]> {
  const management = managementOf(env);
  if (management === undefined) {
    return [
      skipped(
        about,
        'Without a machine-to-machine application, sync knows only what webhooks say, and the application and the webhook cannot be examined.',
        'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
      ),
    ];
  }
  const hooks = await management.get('/hooks', z.array(Hook)).catch(asActionable);
  if (hooks instanceof ActionableError) return [failedBy(about, hooks)];
  return [
    ok(about, `${env.LOGTO_M2M_APP_ID} may read it.`),
    await examineApplication(env, management),
    ...(await examineTrustedApplications(env, management)),
    await examineAccountApi(management),
    await examineRegistration(management),
    ...(await examineHooks(env, hooks)),
  ];
}

/** The Management API, if the environment has Logto's URL and an application for it. */
export function managementOf(env: DoctorEnv): Management | undefined {
  const { LOGTO_ENDPOINT: endpoint, LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: appSecret } = env;
  if (endpoint === undefined || appId === undefined || appSecret === undefined) return undefined;
  return createManagement({ endpoint, appId, appSecret, resource: env.LOGTO_MANAGEMENT_RESOURCE });
}
