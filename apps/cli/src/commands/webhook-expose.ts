import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { z } from 'zod';
import { ActionableError, messageOf, settingMissing } from '../actionable-error.ts';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { seconds, url } from '../options.ts';
import { Hook, hookPath, readHook } from '../connect/logto-state.ts';
import { readLogtoAccess } from '../connect/logto-environment.ts';
import type { Management } from '../connect/management.ts';
import { testDelivery } from '../connect/test-delivery.ts';
import { addressOf, webhookPath } from '../webhook/endpoint.ts';
import { required } from '../env.ts';

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
For development. The webhook gets the public address, and Logto sends a test delivery there. At the end, the webhook gets its former
address again, unless it was changed in the meantime.`,
    )
    .action(async (options: ExposeOptions) => expose(options, deps));
};

async function expose(options: ExposeOptions, deps: CommandDeps): Promise<void> {
  const { management, signingKeys, env } = await readLogtoAccess(deps);
  using signal = deps.interruption();
  const hook = await readHook(management, options.hook, signingKeys);
  await using tunnel =
    options.tunnel === true ? await openTunnel(serverOf(env.LATCHKEY_URL), deps) : undefined;
  const publicUrl =
    tunnel?.url ??
    options.publicUrl ??
    settingMissing(
      'The address by which Logto reaches this machine is unknown.',
      'Pass --public-url https://…, or open a tunnel with --tunnel.',
    );
  const led = { ...hook, config: { ...hook.config, url: `${publicUrl}${webhookPath}` } };
  deps.warn(`The former URL of ${hook.name}: ${addressOf(hook.config.url)}`);
  try {
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
        : `Logto's deliveries arrive at ${led.config.url}. Ctrl-C restores the former address of ${hook.name}.`,
    );
    // The timer prevents the process from exiting; a signal listener does not.
    while (!signal.aborted) await sleep(60_000, undefined, { signal }).catch(() => undefined); // oxlint-disable-line no-await-in-loop -- waits
  } finally {
    // Not `await using`: a restore that fails after another failure would be a SuppressedError, without a useful
    // message.
    await restore(management, { hook, led }, deps).catch((error: unknown) => {
      throw notRestored(hook, error);
    });
  }
}

function notRestored({ name, config }: Hook, error: unknown): ActionableError {
  const reason = error instanceof ActionableError ? error.says : String(error);
  return new ActionableError('WEBHOOK_NOT_RESTORED', {
    says: `${name} could not get its former URL ${addressOf(config.url)} back: ${reason}`,
    fix: "Until you set this URL in Logto's console, the server gets no deliveries, but reads them from Logto's log later.",
  });
}

async function restore(
  management: Management,
  { hook, led }: { readonly hook: Hook; readonly led: Hook },
  deps: CommandDeps,
): Promise<void> {
  if (hook.config.url === led.config.url) return;
  const now = await management.get(hookPath(hook), Hook);
  if (now.config.url !== led.config.url) {
    deps.warn(`${hook.name} now has the URL ${addressOf(now.config.url)}, and is not changed.`);
    return;
  }
  await setConfig(management, { ...now, config: { ...now.config, url: hook.config.url } });
  deps.warn(`${hook.name} has the URL ${addressOf(hook.config.url)} again.`);
}

function setConfig(management: Management, hook: Hook): Promise<Hook> {
  return management.send({ method: 'PATCH', path: hookPath(hook), body: { config: hook.config } }, Hook);
}

function serverOf(address: string | undefined): string {
  const fix = 'Set LATCHKEY_URL, for instance to http://localhost:3000.';
  return address ?? settingMissing("The server's address on this machine is unknown.", fix);
}

interface Tunnel extends AsyncDisposable {
  readonly url: string;
}

interface Ngrok {
  forward(options: { readonly addr: string; readonly authtoken: string }): Promise<{
    url(): string | null;
    close(): Promise<void>;
  }>;
}

const TunnelEnvironment = z.object({ NGROK_AUTHTOKEN: required });

/** The name of the optional package. A literal in `import` would make the compiler resolve it. */
const ngrokPackage: string = '@ngrok/ngrok';

/** @throws {ActionableError} `TUNNEL_UNAVAILABLE` when the package is missing, or ngrok refuses */
async function openTunnel(addr: string, { env }: CommandDeps): Promise<Tunnel> {
  const { NGROK_AUTHTOKEN: authtoken } = env(TunnelEnvironment);
  const ngrok = await loadNgrok();
  const listener = await ngrok.forward({ addr, authtoken }).catch((error: unknown) => {
    throw unavailable(`ngrok could not open a tunnel: ${reasonOf(error, authtoken)}.`);
  });
  const url = listener.url();
  if (url === null) throw unavailable('ngrok returned no address.');
  return { url, [Symbol.asyncDispose]: () => listener.close() };
}

async function loadNgrok(): Promise<Ngrok> {
  try {
    return await import(ngrokPackage);
  } catch {
    throw unavailable('The package @ngrok/ngrok is not installed here.', 'Install it next to latchkey');
  }
}

function unavailable(says: string, fix = 'See ngrok’s status page'): ActionableError {
  return new ActionableError('TUNNEL_UNAVAILABLE', {
    says,
    fix: `${fix}, or open another tunnel to the server and pass its address with --public-url.`,
  });
}

/** The first line of ngrok's error message, without the token. */
function reasonOf(error: unknown, secret: string): string {
  const [line = ''] = messageOf(error).split('\n');
  return line.replaceAll(secret, '…');
}
