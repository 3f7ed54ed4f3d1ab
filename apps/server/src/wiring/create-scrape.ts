import type { Logger } from 'pino';
import { readNoticeFigures } from '../features/notices/open-notices.ts';
import { createPolicyFigures } from '../features/policy/read-drift.ts';
import { readRequestFigures } from '../features/requests/requests-about.ts';
import { readReviewFigures } from '../features/reviews/due.ts';
import { readSyncFigures } from '../features/sync/sync-figures.ts';
import { createReadFigures } from '../platform/metrics/figures.ts';
import type { Metrics } from '../platform/metrics/prometheus.ts';
import type { Services } from './open-services.ts';

export function createScrape(
  metrics: Metrics,
  {
    readiness,
    database,
    decider,
    readDrift,
    sync,
  }: Pick<Services, 'readiness' | 'database' | 'decider' | 'readDrift' | 'sync'>,
  log: Logger,
): () => Promise<string> {
  const { db } = database;
  const figures = createReadFigures(async () => {
    // Counts as down, so that the operator is alerted although /readyz is 200: pages can still be read.
    if (await database.isReadOnly()) throw new TypeError('PostgreSQL is read-only.');
    return (
      await Promise.all([
        readSyncFigures(db, sync),
        readRequestFigures(db),
        readNoticeFigures(db),
        readReviewFigures(db),
      ])
    ).flat();
  });
  const otherFigures = createPolicyFigures(readDrift, log);
  return () => metrics.read({ readiness, figures, otherFigures, isPdpBroken: () => decider.isBroken() });
}
