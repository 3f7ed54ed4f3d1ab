import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import type { RaisedEvent } from '../webhooks/events.ts';
import { interactionEvent, type InteractionMeta } from '../webhooks/payloads.ts';

const day = 24 * 60 * 60 * 1000;
const thresholdDays = 30;

/**
 * The one rule of adaptive MFA that needs no location: no sign-in for thirty days. When the sign-in experience
 * has `adaptiveMfa.enabled`, it raises `PostSignInAdaptiveMfaTriggered`. The emulator has no second factor, so
 * the sign-in continues.
 */
export function longInactivity(
  { settings, clock }: Logto,
  user: User,
): ((meta: InteractionMeta) => RaisedEvent) | undefined {
  const { enabled } = Object(settings.signInExperience()['adaptiveMfa']);
  if (enabled !== true || user.lastSignInAt === null) return undefined;
  const inactivityDays = (clock.now() - user.lastSignInAt) / day;
  if (inactivityDays <= thresholdDays) return undefined;
  const details = {
    lastSignInAt: new Date(user.lastSignInAt).toISOString(),
    inactivityDays: Math.round(inactivityDays * 100) / 100,
    thresholdDays,
  };
  const adaptiveMfaResult = { requiresMfa: true, triggeredRules: [{ rule: 'long_inactivity', details }] };
  return (meta) => {
    const { payload } = interactionEvent(meta, user, clock.now());
    const event = 'PostSignInAdaptiveMfaTriggered';
    return { event, payload: { adaptiveMfaResult, ...payload, event } };
  };
}
