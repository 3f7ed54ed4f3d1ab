import { AppError } from '../app-error.ts';

/** Milliseconds by which an event's `createdAt` may lie before now, and after it. */
export interface Freshness {
  readonly past: number;
  readonly future: number;
}

/**
 * Logto signs no time and no delivery id, so nothing but the event's own time tells a delivery from its repetition by
 * a stranger who overheard it.
 * @throws {AppError} `WEBHOOK_STALE`, `WEBHOOK_MALFORMED` when it says no time
 */
export function requireFresh(createdAt: string, { past, future }: Freshness, now = Date.now()): void {
  const at = Date.parse(createdAt);
  if (Number.isNaN(at))
    throw new AppError('WEBHOOK_MALFORMED', 'The event does not say when it was created.');
  if (at < now - past || at > now + future) {
    throw new AppError('WEBHOOK_STALE', 'The event was created too long ago, or not yet.');
  }
}
