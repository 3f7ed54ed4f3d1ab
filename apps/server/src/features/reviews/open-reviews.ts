import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Audit } from '../audit/record.ts';
import {
  createReviewManagement,
  type ReviewManagement,
  type ReviewManagementDeps,
} from './manage-reviews.ts';
import { createReadPopulation, type PopulationDeps } from './population.ts';
import { reviewsTopic, type ReviewChange } from './review.ts';
import type { ReviewWork } from './review-work.ts';
import { createReviewWorker, type ReviewWorkerDeps } from './review-worker.ts';
import type { ReviewsRouterDeps } from './reviews-router.ts';

export interface ReviewsOptions
  extends
    Omit<PopulationDeps, 'reads'>,
    Pick<ReviewWorkerDeps, 'directory' | 'inactiveAmong' | 'onError'>,
    Pick<ReviewManagementDeps, 'findPerson'>,
    Pick<ReviewsRouterDeps, 'findPeople'> {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly reads: PopulationDeps['reads'] & ReviewWorkerDeps['reads'];
  readonly audit: Audit;
  readonly work: ReviewWork;
}

export interface Reviews {
  readonly router: Omit<ReviewsRouterDeps, 'subscriptions'>;
  /** Resolves when running work has ended. */
  close(): Promise<void>;
}

/** Opens access reviews. */
export function openReviews(options: ReviewsOptions): Reviews {
  const { db, bus, findPeople, audit, now, work } = options;
  const changes = bus.topic<ReviewChange>(reviewsTopic);
  const worker = createReviewWorker({
    ...options,
    readPopulation: createReadPopulation(options),
    management: () => management,
    changes,
  });
  const management: ReviewManagement = createReviewManagement({ ...options, changes, wake: worker.wake });
  return {
    router: { db, management, work, findPeople, changes, audit, now },
    close: () => worker.close(),
  };
}
