import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import { DoctorEnvironment } from '../doctor/environment.ts';
import { examineLogto } from '../doctor/examine-logto.ts';
import { examinePermit } from '../doctor/examine-permit.ts';
import { examineServer } from '../doctor/examine-server.ts';
import { examineWebhook } from '../doctor/examine-webhook.ts';
import { renderVerdict } from '../doctor/render-verdict.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';
import { paintOf } from '../policy/paint.ts';

interface DoctorOptions {
  readonly webhook?: string;
  readonly table?: string;
  readonly json?: true;
}

export const addDoctor: AddCommand = (program, deps) => {
  program
    .command('doctor')
    .option('--webhook <url>', "also where Logto's events go")
    .option('--table <file>', tableOption)
    .option('--json', 'for machines')
    .action(async (options: DoctorOptions) => deps.exitWith(await examineAll(options, deps)));
};

/** Examines everything and prints it. @returns the exit code: 1 when a check failed */
export async function examineAll(
  { webhook, table, json }: DoctorOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const env = deps.env(DoctorEnvironment);
  const file = tableFile(table, deps);
  const policy = file === undefined ? undefined : await loadTable(file);
  const examined = await Promise.all([
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
