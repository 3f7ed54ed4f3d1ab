import type { Paint } from '../policy/paint.ts';
import type { ListedDelivery } from './sync-api-types.ts';

/** The server's statuses by the words that people read and type. */
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

/** The same text in the colour of the status. */
export function paintStatus(status: ListedDelivery['status'], text: string, paint: Paint): string {
  return paint(styles[status], text);
}

/** As much of an id as tells deliveries apart; "sync delivery" and "sync replay" take it back. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
