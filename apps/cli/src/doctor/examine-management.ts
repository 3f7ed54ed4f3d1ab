import { ActionableError } from '../actionable-error.ts';
import { request, type HttpResponse } from '../http/request.ts';
import { requestMachineToken } from '../server/machine-token.ts';
import type { DoctorEnv } from './environment.ts';
import { examineApplication } from './examine-application.ts';
import { examineHooks, Hooks } from './examine-hooks.ts';
import { failed, ok, skipped, type Verdict } from './verdict.ts';

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
  const resource = env.LOGTO_MANAGEMENT_RESOURCE;
  const token = await requestMachineToken({ endpoint, appId, appSecret, resource, scope: 'all' }).catch(
    (error: unknown) => {
      if (error instanceof ActionableError) return error;
      throw error;
    },
  );
  if (token instanceof ActionableError) {
    return [
      token.code === 'LOGTO_RESOURCE_UNKNOWN'
        ? wrongResource(resource)
        : failed(about, token.says, token.fix),
    ];
  }
  const get = (path: string): Promise<HttpResponse | string> =>
    request(`${endpoint}/api${path}`, { headers: { authorization: `Bearer ${token.value}` } });

  const answer = await get('/hooks');
  const hooks = typeof answer === 'string' ? undefined : Hooks.safeParse(answer.body).data;
  if (typeof answer === 'string' || answer.status !== 200 || hooks === undefined) {
    return [refusal(answer, { appId, resource })];
  }
  return [
    ok(about, `${appId} may read it.`),
    await examineApplication(env.LOGTO_APP_ID, get),
    ...(await examineHooks(env, hooks)),
  ];
}

function wrongResource(resource: string): Verdict {
  return failed(
    about,
    `${resource} is not the Management API of this Logto.`,
    'Set LOGTO_MANAGEMENT_RESOURCE: https://<tenant id>.logto.app/api on Logto Cloud, also with a domain of your own; https://default.logto.app/api on your own Logto.',
  );
}

function refusal(
  answer: HttpResponse | string,
  { appId, resource }: { readonly appId: string; readonly resource: string },
): Verdict {
  if (typeof answer === 'string') {
    return failed(about, `It does not answer: ${answer}.`, 'Check LOGTO_ENDPOINT and the way there.');
  }
  if (answer.status === 401) return wrongResource(resource);
  if (answer.status === 403) {
    return failed(
      about,
      `${appId} may not call it: sync cannot ask what is true, and newcomers get 503.`,
      'In Logto\'s console, give the application the role "Logto Management API access".',
    );
  }
  return failed(
    about,
    `It answered ${answer.status}, not the webhooks.`,
    "Check that LOGTO_ENDPOINT is Logto's.",
  );
}
