import { webhookEventNames } from '@latchkey/directory-sync';
import { eventsOf, readLogtoState } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { planApplication, planHook, type LogtoStep } from '../connect/plan-logto.ts';
import type { DoctorEnv } from './environment.ts';
import { hooksOf } from './examine-hooks.ts';

/**
 * Plans the changes of `doctor --fix` in Logto: adds the console's redirect URIs to its application, and missing events
 * to the webhook. Creates, moves, removes and enables nothing, and does not change Permit, because those changes need a
 * decision.
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
