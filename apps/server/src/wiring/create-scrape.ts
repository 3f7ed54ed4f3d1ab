import { readRequestFigures } from '../features/requests/requests-about.ts';
import { readReviewFigures } from '../features/reviews/due.ts';
import { readSyncFigures } from '../features/sync/sync-figures.ts';
import { createReadFigures } from '../platform/metrics/figures.ts';
import type { Metrics } from '../platform/metrics/prometheus.ts';
import type { Services } from './open-services.ts';

/** Reads the metrics of a server. */
export function createScrape(
  metrics: Metrics,
  { readiness, database: { db }, decider }: Pick<Services, 'readiness' | 'database' | 'decider'>,
): () => Promise<string> {
  const figures = createReadFigures(async () =>
    (await Promise.all([readSyncFigures(db), readRequestFigures(db), readReviewFigures(db)])).flat(),
  );
  return () => metrics.read({ readiness, figures, isPdpBroken: () => decider.isBroken() });
}
