import { AppError } from '../../../platform/app-error.ts';

/** How far an event's `createdAt` may lie before and after now, in milliseconds. The default is in `env.ts`. */
export interface Freshness {
  readonly past: number;
  readonly future: number;
}

/**
 * Refuses an event that is too old or dated in the future. Logto signs neither a time nor a delivery id, so only the
 * event's own time can reveal a replay attack.
 * @throws {AppError} `WEBHOOK_STALE`; `WEBHOOK_MALFORMED` when `createdAt` is not a time
 */
export function requireFresh(createdAt: string, { past, future }: Freshness, now = Date.now()): void {
  const at = Date.parse(createdAt);
  if (Number.isNaN(at)) throw new AppError('WEBHOOK_MALFORMED', 'The event has no creation time.');
  if (at < now - past || at > now + future) {
    throw new AppError('WEBHOOK_STALE', 'The event was created too long ago, or in the future.');
  }
}
