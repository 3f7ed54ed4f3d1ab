import { unconfirmedDevelopmentValues } from '@latchkey/environment';
import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import { z } from 'zod';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { confirmSetup } from '../options.ts';
import { renderLogtoPlan, renderLogtoStep } from '../connect/render-logto.ts';
import { DoctorEnvironment, type DoctorEnv } from '../doctor/environment.ts';
import { examineLogto } from '../doctor/examine-logto.ts';
import { managementOf } from '../doctor/examine-management.ts';
import { examinePermit } from '../doctor/examine-permit.ts';
import { examineServer } from '../doctor/examine-server.ts';
import { examineWebhook } from '../doctor/examine-webhook.ts';
import { planRepairs } from '../doctor/plan-repairs.ts';
import { renderVerdict, verdictsOf } from '../doctor/verdict.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';
import { paintOf, textOutput } from '../policy/paint.ts';

interface DoctorOptions {
  readonly webhook?: string;
  readonly table?: string;
  readonly fix?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const addDoctor: AddCommand = (program, deps) => {
  program
    .command('doctor')
    .option('--webhook <url>', "also where Logto's events go")
    .option('--table <file>', tableOption)
    .option('--fix', 'mend what is safe to mend: redirect URIs and events of the webhook that Logto lacks')
    .option('--yes', 'do not ask before something is mended')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      `
Exits with 1 when a check failed. --fix adds, and removes nothing: a policy that differs, another webhook URL and a key that is
unknown are left to you.

Example:
  latchkey doctor --fix`,
    )
    .action(async (options: DoctorOptions) => deps.exitWith(await examineAll(options, deps)));
};

/** Runs and prints all checks. @returns the exit code: 1 when a check failed */
export async function examineAll(
  { webhook, table, fix, yes, json }: DoctorOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const env = deps.env(DoctorEnvironment);
  if (fix === true) await repair(env, { yes: yes === true, json: json === true }, deps);
  const file = tableFile(table, deps);
  const policy = file === undefined ? undefined : await loadTable(file);
  const examined = await Promise.all([
    unconfirmedDevelopmentValues(env).then((problems) =>
      problems.map((problem) =>
        verdictsOf('Development values').failed(
          `${problem}.`,
          'latchkey init asks for each, and for nothing else.',
        ),
      ),
    ),
    examinePermit(env, policy),
    examineLogto(env),
    examineServer(env),
    webhook === undefined ? [] : examineWebhook(webhook).then((verdict) => [verdict]),
  ]);
  const verdicts = examined.flat();
  const paint = paintOf(deps);
  if (json === true) deps.print(JSON.stringify(verdicts, undefined, 2));
  else for (const line of verdicts.flatMap((verdict) => renderVerdict(verdict, paint))) deps.print(line);
  return verdicts.some(({ state }) => state === 'failed') ? 1 : 0;
}

/** Makes the safe repairs before the checks. With `--json` it reports them on stderr. */
async function repair(
  env: DoctorEnv,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
  deps: CommandDeps,
): Promise<void> {
  const { say, paint } = textOutput(deps, json);
  const management = managementOf(env);
  if (management === undefined) {
    deps.warn('Logto is not mended: it takes LOGTO_ENDPOINT, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.');
    return;
  }
  const steps = await planRepairs(env, management).catch(asActionable);
  // The checks report the problem with Logto.
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
