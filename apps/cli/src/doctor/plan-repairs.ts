import { webhookEventNames } from '@latchkey/directory-sync';
import { eventsOf, readLogtoState } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { planApplication, planHook, type LogtoStep } from '../connect/plan-logto.ts';
import type { DoctorEnv } from './environment.ts';
import { hooksOf } from './examine-hooks.ts';

/**
 * What `doctor --fix` changes in Logto: it adds the console's redirect URIs to its application, and the events that the webhook
 * lacks. Nothing is created, moved, removed or switched on, and nothing in Permit: somebody has to decide that.
 *
 * @throws {ActionableError}
 */
export async function planRepairs(env: DoctorEnv, management: Management): Promise<LogtoStep[]> {
  const { LOGTO_APP_ID: appId, CONSOLE_URL: origin } = env;
  const { applications, hooks } = await readLogtoState(management);
  const isThere = applications.some(
    ({ id, type, isThirdParty }) => id === appId && type === 'SPA' && !isThirdParty,
  );
  const application =
    origin === undefined || !isThere
      ? []
      : [planApplication({ applications }, { consoles: [origin], known: { appId, signingKeys: [] } })];
  const webhooks = hooksOf(env, hooks)
    .ours.filter(({ enabled }) => enabled)
    .map((hook) =>
      planHook(
        { hooks: [hook] },
        {
          hookUrl: hook.config.url,
          events: [...new Set([...eventsOf(hook), ...webhookEventNames])],
          known: { appId, signingKeys: [hook.signingKey] },
        },
      ),
    );
  return [...application, ...webhooks].filter(({ change }) => change === 'updated');
}
