import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { EveryVariable } from '../env.ts';
import { confirmSetup, seconds, wholeNumber } from '../options.ts';
import { assertWritable, describeWritten, writeEnvFile } from '../connect/env-file.ts';
import { readLogtoAccess } from '../connect/logto-environment.ts';
import { Hook, hookPath } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { finalNameOf, nextHookOf, rotationOf } from '../connect/rotation.ts';
import { testDelivery } from '../connect/test-delivery.ts';
import { renderVerdict } from '../doctor/verdict.ts';
import { paintOf, textOutput } from '../policy/paint.ts';

interface RotateOptions {
  readonly settings: string;
  readonly wait: number;
  readonly attempts: number;
  readonly grace: number;
  readonly removeFailed?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const addRotate: AddCommand = (program, deps) => {
  program
    .command('rotate')
    .command('webhook-key')
    .description(
      "replace the webhook's signing key without losing a delivery; after an interruption, run it again",
    )
    .option('--settings <file>', 'the settings file to write', '.env')
    .option('--wait <seconds>', 'how long the server can take to load the new key', seconds, 600)
    .option(
      '--attempts <number>',
      'test deliveries that must arrive, so that every replica gets one',
      wholeNumber(1, 9_999, 'deliveries'),
      5,
    )
    .option(
      '--grace <seconds>',
      "how long to wait for deliveries of the former webhook; Logto's own timeout is 10 s",
      seconds,
      12,
    )
    .option('--remove-failed', 'remove the former webhook even if its log has failed deliveries')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Logto replaces the key of a webhook immediately, and does not resend refused deliveries. So:
  1. a second, disabled webhook with the next key is created, and both keys are written into the settings;
  2. restart the server, so that it reads them; Logto's test deliveries show when it has;
  3. the second webhook is enabled, then the first one is disabled and removed, so that no event is missed;
  4. the settings then contain only the next key, which applies from the next start.
It can be stopped at any point without harm; the same command continues from there.`,
    )
    .action(async (options: RotateOptions) => {
      const stage = await rotate(options, deps);
      if (stage === 'waiting') deps.exitWith(2);
      if (options.json === true) deps.print(JSON.stringify({ stage }));
    });
};

const described = {
  begin: 'one webhook, one key',
  switch: 'a webhook with the next key exists, disabled',
  finish: 'the webhook with the next key is enabled, and the former one is to be removed',
  rename: 'the former webhook is removed, and the one with the next key is to be renamed',
} as const;

/** Continues from the current stage. Resolves to `waiting` if the server does not get the next key in time. */
async function rotate(options: RotateOptions, deps: CommandDeps): Promise<'done' | 'waiting'> {
  const { settings: settingsPath, yes = false, json = false } = options;
  const { management, signingKeys, endpoint } = await readLogtoAccess(deps);
  const { say } = textOutput(deps, json);
  const environment = deps.env(EveryVariable);
  const writeKeys = async (keys: readonly string[]): Promise<void> => {
    const values = { LOGTO_WEBHOOK_SIGNING_KEYS: [...new Set(keys)].join(',') };
    say(...describeWritten(settingsPath, await writeEnvFile(settingsPath, values, environment)));
  };
  const before = rotationOf(await management.get('/hooks', z.array(Hook)), signingKeys);
  const { current } = before;
  say(`The webhook of Logto at ${endpoint}: ${described[before.stage]}.`);
  if (environment['LOGTO_WEBHOOK_SIGNING_KEYS_FILE'] === undefined) await assertWritable(settingsPath);
  await confirmSetup(deps, { changes: 3, where: `Logto at ${endpoint}`, yes });

  const next = before.stage === 'begin' ? await createNext(management, before.current) : before.next;
  await writeKeys([next.signingKey, ...(current === undefined ? [] : [current.signingKey]), ...signingKeys]);
  using signal = deps.interruption();
  const steps: Steps = { management, options, say, signal };
  if (!next.enabled) {
    if (!(await isKnown(next, steps))) return 'waiting';
    await setEnabled(management, next, true);
    say('The next webhook is enabled.');
  }
  if (current !== undefined && !signal.aborted) await removeFormer(current, steps);
  if (signal.aborted) {
    say('Stopped. Run the command again to continue.');
    return 'waiting';
  }
  await management.send(
    { method: 'PATCH', path: hookPath(next), body: { name: finalNameOf(next) } },
    z.unknown(),
  );
  await writeKeys([next.signingKey]);
  say('Done. The server drops the former key at its next start.');
  return 'done';
}

interface Steps {
  readonly management: Management;
  readonly options: RotateOptions;
  readonly say: (...lines: readonly string[]) => void;
  /** Aborted by Ctrl-C: no further step begins. */
  readonly signal: AbortSignal;
}

/** Ctrl-C between disabling and deleting leaves the former webhook disabled. */
async function removeFormer(former: Hook, { management, options, say, signal }: Steps): Promise<void> {
  if (former.enabled) {
    await setEnabled(management, former, false);
    say('The former webhook is disabled.');
    await sleep(options.grace * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
  const failed = options.removeFailed === true ? 0 : await failedDeliveriesOf(management, former);
  if (failed > 0) {
    throw new ActionableError('ROTATION_FAILED_DELIVERIES', {
      says: `The former webhook's log has ${failed} failed ${failed === 1 ? 'delivery' : 'deliveries'} of the last day, which would be removed with it.`,
      fix: 'Run latchkey sync recover, then run this command with --remove-failed.',
    });
  }
  await management.send({ method: 'DELETE', path: hookPath(former) }, z.unknown());
}

function createNext(management: Management, current: Hook): Promise<Hook> {
  return management.send({ method: 'POST', path: '/hooks', body: nextHookOf(current) }, Hook);
}

function setEnabled(management: Management, hook: Hook, enabled: boolean): Promise<unknown> {
  return management.send({ method: 'PATCH', path: hookPath(hook), body: { enabled } }, z.unknown());
}

/** Whether the requested number of test deliveries with the next key arrived in time. */
async function isKnown(next: Hook, { management, options, say, signal }: Steps): Promise<boolean> {
  const { wait, attempts } = options;
  const end = Date.now() + wait * 1000;
  for (let arrived = 0; arrived < attempts;) {
    // oxlint-disable-next-line no-await-in-loop -- sequential, so that other replicas get a turn
    const verdict = await testDelivery(management, next, {
      waitMs: Math.max(0, end - Date.now()),
      signal,
      onWaiting: ({ says }) =>
        say(`${says} Waiting for up to ${wait} s: restart every replica of the server.`),
    });
    if (verdict.state !== 'ok' || signal.aborted) {
      say(...renderVerdict(verdict, paintOf({ color: false })));
      say(
        'The former key is still in use, and nothing is lost. Run the command again when the server has the next key.',
      );
      return false;
    }
    arrived += 1;
  }
  say(`The server knows the next key: ${attempts} of ${attempts} test deliveries arrived.`);
  return true;
}

const FailedLog = z.object({ payload: z.object({ result: z.string().optional() }) });

/** Counts the failed deliveries among the newest hundred of the last day. */
async function failedDeliveriesOf(management: Management, hook: Hook): Promise<number> {
  const logs = await management.get(`${hookPath(hook)}/recent-logs?page=1&page_size=100`, z.array(FailedLog));
  return logs.filter(({ payload }) => payload.result === 'Error').length;
}
