import type { PlanOptions } from '@latchkey/permissions/policy';
import type { Command } from 'commander';
import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import { DoctorEnvironment } from '../env.ts';
import { examinePermit } from '../doctor/examine-permit.ts';
import { examineWebhook } from '../doctor/examine-webhook.ts';
import { renderVerdict, type Verdict } from '../doctor/verdict.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';
import { addPlanOptions } from '../policy/make-plan.ts';
import { paintOf } from '../policy/paint.ts';

export interface DoctorOptions extends PlanOptions {
  readonly webhook?: string;
  readonly table?: string;
  readonly json?: true;
}

/** Permit's variables. In an app's environment, all others belong to the app. */
export const AppEnvironment = DoctorEnvironment.pick({
  PERMIT_API_URL: true,
  PERMIT_API_KEY: true,
  PERMIT_PDP_URL: true,
});

export const addDoctor: AddCommand = (program, deps) => {
  addDoctorCommand(program)
    .addHelpText(
      'after',
      `
Exits with 1 if a check failed. A check whose setting is missing is skipped.

Example:
  latchkey doctor --table src/policy.ts`,
    )
    .action(async (options: DoctorOptions) => deps.exitWith(await examine(options, deps)));
};

export const addDoctorCommand = (program: Command): Command =>
  addPlanOptions(
    program
      .command('doctor')
      .option('--webhook <url>', 'also check this webhook endpoint')
      .option('--table <file>', tableOption),
  ).option('--json', 'print JSON');

/** @returns the exit code: 1 when a check failed */
export async function examine(
  { webhook, table, json, ...planOptions }: DoctorOptions,
  deps: CommandDeps,
  others: readonly Promise<readonly Verdict[]>[] = [],
): Promise<ExitCode> {
  const file = tableFile(table, deps);
  const policy = file === undefined ? undefined : await loadTable(file);
  const examined = await Promise.all([
    examinePermit(deps.env(AppEnvironment), policy, planOptions),
    ...others,
    webhook === undefined ? [] : examineWebhook(webhook).then((verdict) => [verdict]),
  ]);
  const verdicts = examined.flat();
  const paint = paintOf(deps);
  if (json === true) deps.print(JSON.stringify(verdicts, undefined, 2));
  else for (const line of verdicts.flatMap((verdict) => renderVerdict(verdict, paint))) deps.print(line);
  return verdicts.some(({ state }) => state === 'failed') ? 1 : 0;
}
