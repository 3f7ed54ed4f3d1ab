import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

interface Record {
  /** Within the last hour. */
  readonly failures: readonly number[];
  readonly blockedUntil: number;
}

export interface Lockouts {
  /**
   * Returns when the lock on the identifier ends (epoch milliseconds), or undefined if it is not locked. A locked
   * identifier is refused even with the right password.
   */
  report(identifier: string, succeeded: boolean): number | undefined;
}

const hour = 60 * 60 * 1000;

/** Logto's sentinel: too many failures within an hour lock an identifier. */
export function createLockouts(store: Store, clock: Clock, settings: Settings): Lockouts {
  const records = store.collection<Record>('lockouts');
  return {
    report(identifier, succeeded) {
      const now = clock.now();
      const { failures, blockedUntil } = records.get(identifier) ?? { failures: [], blockedUntil: 0 };
      if (blockedUntil > now) return blockedUntil;
      const { maxAttempts = 100, lockoutDuration = 60 } = settings.signInExperience().sentinelPolicy;
      const recent = [...failures.filter((time) => time > now - hour), ...(succeeded ? [] : [now])];
      const until = recent.length >= maxAttempts ? now + lockoutDuration * 60 * 1000 : 0;
      if (recent.length > 0 || failures.length > 0)
        records.put(identifier, { failures: recent, blockedUntil: until });
      return until > now ? until : undefined;
    },
  };
}
