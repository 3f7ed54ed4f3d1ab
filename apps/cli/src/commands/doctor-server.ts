import { unconfirmedDevelopmentValues } from '@latchkey/environment';
import { z } from 'zod';
import { webhookEventNames } from '@latchkey/directory-sync';
import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { confirmSetup } from '../options.ts';
import { renderLogtoPlan, renderLogtoStep } from '../connect/apply-logto.ts';
import { DoctorEnvironment, type DoctorEnv } from '../env.ts';
import { examineLogto } from '../doctor/examine-logto.ts';
import { managementOf } from '../doctor/examine-management.ts';
import { examineMcp } from '../doctor/examine-mcp.ts';
import { examineServer } from '../doctor/examine-server.ts';
import { verdictsOf, type Verdict } from '../doctor/verdict.ts';
import { textOutput } from '../policy/paint.ts';
import { addDoctorCommand, examine, type DoctorOptions } from './doctor.ts';
import { eventsOf, readLogtoState } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { planApplication, planHook, type LogtoStep } from '../connect/plan-logto.ts';
import { hooksOf } from '../doctor/examine-hooks.ts';

interface DoctorServerOptions extends DoctorOptions {
  readonly fix?: true;
  readonly yes?: true;
}

export const addDoctorServer: AddCommand = (program, deps) => {
  addDoctorCommand(program)
    .option('--fix', 'add redirect URIs and webhook events that are missing in Logto')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      `
Exits with 1 if a check failed. --fix only adds: a different policy, another webhook URL and an unknown key are left to you.

Example:
  latchkey doctor --fix`,
    )
    .action(async (options: DoctorServerOptions) => deps.exitWith(await examineAll(options, deps)));
};

/** @returns the exit code: 1 when a check failed */
export async function examineAll(
  { fix, yes, ...options }: DoctorServerOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const env = deps.env(DoctorEnvironment);
  if (fix === true) await repair(env, { yes: yes === true, json: options.json === true }, deps);
  return examine(options, deps, [
    examineDevelopmentValues(env),
    examineLogto(env),
    examineMcp(env),
    examineServer(env),
  ]);
}

async function examineDevelopmentValues(env: DoctorEnv): Promise<Verdict[]> {
  const check = verdictsOf('Development values');
  const fix = 'Set your own value, or run latchkey init, which asks for it.';
  return (await unconfirmedDevelopmentValues(env)).map((problem) => check.failed(`${problem}.`, fix));
}

async function repair(
  env: DoctorEnv,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
  deps: CommandDeps,
): Promise<void> {
  const { say, paint } = textOutput(deps, json);
  const management = managementOf(env);
  if (management === undefined) {
    deps.warn('Logto is not fixed: --fix needs LOGTO_ENDPOINT, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.');
    return;
  }
  const steps = await planRepairs(env, management).catch(asActionable);
  // Not reported here: the checks that follow report the same problem.
  if (steps instanceof ActionableError) return;
  if (steps.length === 0) {
    say('There is nothing for --fix to repair.');
    return;
  }
  say(...renderLogtoPlan(steps, paint));
  await confirmSetup(deps, { changes: steps.length, where: `Logto at ${env.LOGTO_ENDPOINT ?? ''}`, yes });
  for (const step of steps) {
    if (step.request !== undefined) await management.send(step.request, z.unknown()); // oxlint-disable-line no-await-in-loop -- in order, so that the output matches the changes
    say(`done: ${renderLogtoStep(step, paint)}`);
  }
}

/**
 * Plans what `doctor --fix` adds: the console's redirect URIs, and missing events of the webhook. It leaves everything
 * else to the operator: it creates, moves, removes and enables nothing, and does not change Permit.
 */
async function planRepairs(env: DoctorEnv, management: Management): Promise<LogtoStep[]> {
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
