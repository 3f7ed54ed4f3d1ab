import { unconfirmedDevelopmentValues, withoutUnconfirmedDevelopmentValues } from '@latchkey/environment';
import { cautiousLimits, changesIn, createPermitClient, type PolicyStep } from '@latchkey/permissions/policy';
import { ActionableError, settingMissing } from '../actionable-error.ts';
import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import { EveryVariable } from '../env.ts';
import { confirmSetup, seconds, url } from '../options.ts';
import { assertWritable, describeWritten, writeEnvFile } from '../connect/env-file.ts';
import { examineKey, examinePdp } from '../doctor/examine-permit.ts';
import { AppEnvironment } from './doctor.ts';
import { renderVerdict } from '../doctor/verdict.ts';
import { until } from '../connect/until.ts';
import { applyAndReport } from '../policy/apply-and-report.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';
import { makePlan } from '../policy/make-plan.ts';
import { textOutput } from '../policy/paint.ts';
import { renderPlan } from '../policy/render-plan.ts';

interface ConnectOptions {
  readonly api?: string;
  readonly pdp?: string;
  readonly table?: string;
  readonly settings: string;
  readonly wait: number;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const addConnectPermit: AddCommand = (program, deps) => {
  program
    .command('permit')
    .description('check the key, apply the policy, and check the PDP; idempotent')
    .option('--api <url>', "Permit's API; default: PERMIT_API_URL", url)
    .option('--pdp <url>', 'the PDP; default: PERMIT_PDP_URL', url)
    .option('--table <file>', tableOption)
    .option('--settings <file>', 'the settings file to write', '.env')
    .option('--wait <seconds>', 'how long the PDP can take to load the policy', seconds, 30)
    .option('--dry-run', 'show the changes without making them; exits with 2 if there are any')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
PERMIT_API_KEY: the key of the environment, from Permit's settings. Objects that are not in the table are kept.

Example:
  latchkey connect permit --pdp http://localhost:7766`,
    )
    .action(async (options: ConnectOptions) => deps.exitWith(await connectPermit(options, deps)));
};

/** @returns the exit code: 1 if the key or the PDP fails its check, 2 if a dry run finds changes */
export async function connectPermit(options: ConnectOptions, deps: CommandDeps): Promise<ExitCode> {
  const { settings: settingsPath, dryRun = false, yes = false, json = false, wait } = options;
  const env = await readEnv(options, deps);
  const { PERMIT_API_URL: apiUrl, PERMIT_PDP_URL: pdpUrl, PERMIT_API_KEY: apiKey } = env;
  const { say, paint } = textOutput(deps, json);
  const ofKey = await examineKey(apiUrl, apiKey);
  say(...renderVerdict(ofKey, paint));
  if (ofKey.state !== 'ok') {
    if (json) deps.print(JSON.stringify({ verdicts: [ofKey] }, undefined, 2));
    return 1;
  }

  const table = await loadTable(tableFile(options.table, deps));
  const client = createPermitClient({ apiUrl, apiKey, limits: cautiousLimits });
  const planned = await makePlan(table, client, { scope: 'table' });
  const steps = changesIn(planned.plan);
  const changes = steps.map(({ kind, key, change }) => ({ kind, key, change }));
  say(...renderPlan(planned, paint));
  if (dryRun) {
    if (json) deps.print(JSON.stringify({ verdicts: [ofKey], changes }, undefined, 2));
    return changes.length > 0 ? 2 : 0;
  }
  if (changes.length > 0) {
    refuseReplacements(steps);
    await assertWritable(settingsPath);
    await confirmSetup(deps, { changes: changes.length, where: `Permit at ${apiUrl}`, yes });
  }
  using signal = deps.interruption();
  if (changes.length > 0) await applyAndReport(planned.plan, { client, signal, say, paint }, deps);
  const values = {
    PERMIT_API_URL: apiUrl,
    PERMIT_API_KEY: apiKey,
    ...(pdpUrl !== undefined && { PERMIT_PDP_URL: pdpUrl }),
  };
  const written = await writeEnvFile(settingsPath, values, deps.env(EveryVariable));
  say(...describeWritten(settingsPath, written));

  // The PDP receives a new policy with a delay.
  const ofPdp = await until(
    () => examinePdp({ pdpUrl, key: apiKey }, table),
    ({ state }) => state !== 'failed',
    {
      waitMs: wait * 1000,
      signal,
      onWaiting: ({ says }) => say(`${says} Waiting for up to ${wait} s for the PDP.`),
    },
  );
  say(...renderVerdict(ofPdp, paint));
  if (signal.aborted && ofPdp.state === 'failed') {
    deps.warn(
      'Stopped. The policy is applied and the settings are written. Run the command again to check the PDP.',
    );
  }
  if (json) {
    const settings = { file: settingsPath, ...written };
    deps.print(JSON.stringify({ verdicts: [ofKey, ofPdp], changes, settings }, undefined, 2));
  }
  return ofPdp.state === 'failed' ? 1 : 0;
}

/** @throws {ActionableError} `POLICY_DESTRUCTIVE` when an object would have to be removed and recreated */
function refuseReplacements(steps: readonly PolicyStep[]): void {
  const replaced = steps.filter(({ change, destructive }) => change === 'replaced' && destructive);
  if (replaced.length === 0) return;
  throw new ActionableError('POLICY_DESTRUCTIVE', {
    says: `Nothing was changed: Permit can only replace ${replaced.map(({ kind, key }) => `${kind} ${key}`).join(', ')}, which also removes what depends on it.`,
    fix: 'If that is acceptable, run latchkey policy apply --scope table --allow-destructive, then run this command again.',
  });
}

/** Does not accept the emulator's API key for another Permit. */
async function readEnv({ api, pdp }: ConnectOptions, deps: CommandDeps) {
  const set = deps.env(AppEnvironment);
  const wanted = {
    ...set,
    PERMIT_API_URL: api ?? set.PERMIT_API_URL,
    PERMIT_PDP_URL: pdp ?? set.PERMIT_PDP_URL,
  };
  const own = await withoutUnconfirmedDevelopmentValues(wanted);
  const key = own['PERMIT_API_KEY'] ?? '';
  if (key !== '') return { ...wanted, PERMIT_API_KEY: key };
  const problems = await unconfirmedDevelopmentValues(wanted);
  const problem = problems.find((line) => line.startsWith('PERMIT_API_KEY')) ?? 'PERMIT_API_KEY is not set';
  return settingMissing(
    `${problem}.`,
    "Copy the environment's key from Permit's settings into the environment: on a command line, others could read it.",
  );
}
