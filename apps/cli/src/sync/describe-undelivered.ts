import { formatTime } from './format-time.ts';
import type { SyncStatus } from './sync-api-types.ts';

type Undelivered = NonNullable<SyncStatus['undelivered']>;

/** How to make Logto deliver again, by cause. */
const remedies: Readonly<Record<Undelivered['cause'], string>> = {
  'private-address':
    'Logto from 1.43 on sends nothing to a private address: run latchkey webhook listen beside it, or give the webhook a public one.',
  unreachable:
    'Correct the URL of the webhook or the way there (DNS, certificate, firewall), or run latchkey webhook listen beside Logto.',
  signature: "Add the webhook's signing key to the server's LOGTO_WEBHOOK_SIGNING_KEYS, and restart it.",
  status: 'See the log of what answers there: a proxy, or the server.',
};

/** Describes the deliveries that Logto could not make, and the fix. */
export function describeUndelivered({ count, address, since, status, cause }: Undelivered): {
  readonly says: string;
  readonly fix: string;
} {
  const answer = status === null ? 'nothing answers Logto' : `it answers ${status}`;
  const events = `${count} ${count === 1 ? 'event' : 'events'}`;
  return {
    says: `Logto could not deliver ${events} to ${address} since ${formatTime(since)}: ${answer}. They are taken from its log, a minute later.`,
    fix: remedies[cause],
  };
}
