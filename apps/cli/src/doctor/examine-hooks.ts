import { ownHooks, webhookEventNames } from '@latchkey/directory-sync';
import { eventsOf, type Hook } from '../connect/logto-state.ts';
import { addressOf, isOwnEndpoint, webhookPath, sign } from '../webhook/endpoint.ts';
import { postJson } from '../http/request.ts';
import type { DoctorEnv } from '../env.ts';
import { examineWebhook } from './examine-webhook.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

export async function examineHooks(env: DoctorEnv, hooks: readonly Hook[]): Promise<Verdict[]> {
  const { ours, isKeyKnown } = hooksOf(env, hooks);
  // During a key rotation, one of two webhooks is disabled.
  const enabled = ours.filter(({ enabled: isOn }) => isOn);
  const examined = enabled.length > 0 ? enabled : ours;
  if (examined.length === 0) return [nowhere(hooks)];
  const verdicts = await Promise.all(examined.map((hook) => examineHook(hook)));
  return [...verdicts.flat(), examineKey(env, isKeyKnown)];
}

export function hooksOf(
  { LOGTO_WEBHOOK_SIGNING_KEYS: setting = '' }: DoctorEnv,
  hooks: readonly Hook[],
): { readonly ours: readonly Hook[]; readonly isKeyKnown: boolean } {
  const keys = setting.split(',').map((key) => key.trim());
  return ownHooks(hooks, keys, isOwnEndpoint);
}

function nowhere(hooks: readonly Hook[]): Verdict {
  const others = hooks.map(({ name, config }) => `${name} to ${addressOf(config.url)}`).join(', ');
  return verdictsOf('Logto webhook').failed(
    `No webhook in Logto calls a server's ${webhookPath}${others === '' ? '' : `, only ${others}`}: sync receives no events.`,
    `Create one in Logto's console, or correct its URL: https://<your server>${webhookPath}`,
  );
}

async function examineHook(hook: Hook): Promise<Verdict[]> {
  return [examineEvents(hook), await examineAddress(hook)];
}

function examineEvents(hook: Hook): Verdict {
  const { name, enabled } = hook;
  const check = verdictsOf('Webhook events');
  if (!enabled) {
    return check.failed(
      `The webhook ${name} is disabled: sync receives no events.`,
      "Enable it in Logto's console.",
    );
  }
  const subscribed = new Set(eventsOf(hook));
  const missing = webhookEventNames.filter((wanted) => !subscribed.has(wanted));
  return missing.length === 0
    ? check.ok(`${name} sends all ${webhookEventNames.length}.`)
    : check.failed(
        `${name} does not send ${missing.join(', ')}: such changes wait for the next sweep.`,
        'latchkey doctor --fix adds them.',
      );
}

/** Checks that the server refuses an unsigned event, and accepts the signature of Logto's key. */
async function examineAddress({ config, signingKey }: Hook): Promise<Verdict> {
  const check = verdictsOf('Webhook URL');
  const { url } = config;
  const unsigned = await examineWebhook(url, check);
  if (unsigned.state !== 'ok') return unsigned;
  // The server refuses this body as malformed (400) and stores nothing.
  const body = {};
  const signed = await postJson(url, body, {
    'logto-signature-sha-256': sign(JSON.stringify(body), signingKey),
  });
  if (typeof signed !== 'string' && signed.status === 401) {
    return check.failed(
      `The server at ${addressOf(url)} refuses events that Logto signs.`,
      "Add the webhook's signing key to the server's LOGTO_WEBHOOK_SIGNING_KEYS and restart it, or correct the URL.",
    );
  }
  return check.ok(`${addressOf(url)} answers, and refuses unsigned events.`);
}

function examineKey({ LOGTO_WEBHOOK_SIGNING_KEYS: keys }: DoctorEnv, isKnown: boolean): Verdict {
  const check = verdictsOf('Webhook signing key');
  const fix =
    "Copy the webhook's signing key from Logto's console. During a rotation, set the new key, a comma, and the old key.";
  if (keys === undefined) return check.skipped('LOGTO_WEBHOOK_SIGNING_KEYS is not set.', fix);
  return isKnown
    ? check.ok("the webhook's own.")
    : check.failed(
        "LOGTO_WEBHOOK_SIGNING_KEYS does not have the webhook's key: the server refuses every event.",
        fix,
      );
}
