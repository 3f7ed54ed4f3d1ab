import type { Paint } from '../policy/paint.ts';
import type { ListedDelivery } from './sync-api-types.ts';

/** Maps the status labels of the CLI to the server's statuses. */
export const statusOf = {
  waiting: 'pending',
  applied: 'applied',
  ignored: 'ignored',
  'dead-letter': 'failed',
} as const;

const words = { pending: 'waiting', applied: 'applied', ignored: 'ignored', failed: 'dead letter' } as const;
const styles = { pending: 'yellow', applied: 'green', ignored: 'dim', failed: 'red' } as const;

export function statusWord(status: ListedDelivery['status']): string {
  return words[status];
}

/** The text in the color of the status. */
export function paintStatus(status: ListedDelivery['status'], text: string, paint: Paint): string {
  return paint(styles[status], text);
}

/** A prefix of an id that distinguishes deliveries; "sync delivery" and "sync replay" accept it. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
