import type { Services } from '../services.ts';
import { createReadFigures } from './figures.ts';
import type { Metrics } from './prometheus.ts';

/** Reads the metrics of a server. */
export function createScrape(
  metrics: Metrics,
  { readiness, database, decider }: Pick<Services, 'readiness' | 'database' | 'decider'>,
): () => Promise<string> {
  const figures = createReadFigures(database.db);
  return () => metrics.read({ readiness, figures, isPdpBroken: () => decider.isBroken() });
}
