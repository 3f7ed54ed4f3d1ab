import type { Logger } from 'pino';
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
    database: { db },
    decider,
    readDrift,
    sync,
  }: Pick<Services, 'readiness' | 'database' | 'decider' | 'readDrift' | 'sync'>,
  log: Logger,
): () => Promise<string> {
  const figures = createReadFigures(async () =>
    (await Promise.all([readSyncFigures(db, sync), readRequestFigures(db), readReviewFigures(db)])).flat(),
  );
  const otherFigures = createPolicyFigures(readDrift, log);
  return () => metrics.read({ readiness, figures, otherFigures, isPdpBroken: () => decider.isBroken() });
}
