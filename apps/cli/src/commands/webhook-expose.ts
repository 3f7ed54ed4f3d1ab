import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { ActionableError, settingMissing } from '../actionable-error.ts';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { seconds, url } from '../options.ts';
import { Hook, readHook } from '../connect/logto-state.ts';
import { readLogtoAccess } from '../connect/logto-environment.ts';
import type { Management } from '../connect/management.ts';
import { testDelivery } from '../connect/test-delivery.ts';
import { addressOf, webhookPath } from '../connect/webhook-address.ts';
import { openTunnel } from '../webhook/open-tunnel.ts';

interface ExposeOptions {
  readonly publicUrl?: string;
  readonly tunnel?: true;
  readonly hook?: string;
  readonly wait: number;
  readonly json?: true;
}

export const addWebhookExpose: AddCommand = (program, deps) => {
  program
    .command('expose')
    .description("receive Logto's deliveries through a public address, until Ctrl-C")
    .addOption(
      new Option('--public-url <url>', 'the address of your own tunnel to the server')
        .argParser(url)
        .conflicts('tunnel'),
    )
    .option('--tunnel', 'open an ngrok tunnel to LATCHKEY_URL; needs NGROK_AUTHTOKEN and @ngrok/ngrok')
    .option('--hook <id>', 'the webhook; default: the one that signs with LOGTO_WEBHOOK_SIGNING_KEYS')
    .option('--wait <seconds>', 'how long to wait for the test delivery', seconds, 30)
    .option('--json', 'print a line of JSON when deliveries arrive')
    .addHelpText(
      'after',
      `
For development. The webhook gets the public address, Logto sends its own test delivery there, and in the end the webhook gets back the
address that it had, unless it was changed meanwhile.`,
    )
    .action(async (options: ExposeOptions) => expose(options, deps));
};

async function expose(options: ExposeOptions, deps: CommandDeps): Promise<void> {
  const { management, signingKeys, env } = await readLogtoAccess(deps);
  const signal = deps.interruption?.() ?? new AbortController().signal;
  const hook = await readHook(management, options.hook, signingKeys);
  await using tunnel =
    options.tunnel === true ? await openTunnel(serverOf(env.LATCHKEY_URL), deps) : undefined;
  const publicUrl =
    tunnel?.url ??
    options.publicUrl ??
    settingMissing(
      'It is not known by which address Logto reaches this machine.',
      'Say it with --public-url https://…, or open a tunnel with --tunnel.',
    );
  const led = { ...hook, config: { ...hook.config, url: `${publicUrl}${webhookPath}` } };
  await using _ = { [Symbol.asyncDispose]: () => restore(management, { hook, led }, deps) };
  await setConfig(management, led);
  const verdict = await testDelivery(management, led, {
    waitMs: options.wait * 1000,
    onWaiting: ({ says }) => deps.warn(`${says} Trying for up to ${options.wait} s.`),
    signal,
  });
  if (signal.aborted) return;
  if (verdict.state !== 'ok') throw new ActionableError('WEBHOOK_NOT_REACHED', verdict);
  deps.print(
    options.json === true
      ? JSON.stringify({ hook: hook.id, url: led.config.url })
      : `Logto's deliveries come to ${led.config.url}. Ctrl-C gives ${hook.name} its former address back.`,
  );
  // Unlike a signal listener, a timer prevents the process from exiting.
  while (!signal.aborted) await sleep(60_000, undefined, { signal }).catch(() => undefined); // oxlint-disable-line no-await-in-loop -- waits
}

/** Restores the webhook's previous URL. */
async function restore(
  management: Management,
  { hook, led }: { readonly hook: Hook; readonly led: Hook },
  deps: CommandDeps,
): Promise<void> {
  if (hook.config.url === led.config.url) return;
  const now = await management.get(`/hooks/${encodeURIComponent(hook.id)}`, Hook);
  if (now.config.url !== led.config.url) {
    deps.warn(`${hook.name} leads to ${addressOf(now.config.url)} by now, and is left as it is.`);
    return;
  }
  await setConfig(management, { ...now, config: { ...now.config, url: hook.config.url } });
  deps.warn(`${hook.name} leads to ${addressOf(hook.config.url)} again.`);
}

function setConfig(management: Management, { id, config }: Hook): Promise<Hook> {
  return management.send(
    { method: 'PATCH', path: `/hooks/${encodeURIComponent(id)}`, body: { config } },
    Hook,
  );
}

function serverOf(address: string | undefined): string {
  const fix = 'Set LATCHKEY_URL, for instance to http://localhost:3000.';
  return address ?? settingMissing('It is not known where the server answers on this machine.', fix);
}
