import type { TitleReaders } from '../../directory/shared-resources.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Audit } from '../audit/record.ts';
import {
  createReviewManagement,
  type ReviewManagement,
  type ReviewManagementDeps,
} from './manage-reviews.ts';
import { createReadPopulation, type PopulationDeps } from './population.ts';
import { reviewsTopic, type ReviewChange } from './review.ts';
import { createReviewWork, type ReviewWorkDeps } from './review-work.ts';
import { createReviewWorker, type ReviewWorkerDeps } from './review-worker.ts';
import type { ReviewsRouterDeps } from './reviews-router.ts';

export interface ReviewsOptions
  extends
    Omit<PopulationDeps, 'reads'>,
    Pick<ReviewWorkerDeps, 'directory' | 'inactiveAmong' | 'onError'>,
    Pick<ReviewManagementDeps, 'findPerson'>,
    Omit<ReviewWorkDeps, 'changes' | 'audit'> {
  readonly bus: Bus;
  readonly reads: PopulationDeps['reads'] & ReviewWorkerDeps['reads'];
  readonly audit: Audit;
}

export interface Reviews {
  readonly router: Omit<ReviewsRouterDeps, 'subscriptions' | 'unused' | keyof TitleReaders>;
  /** Stops the workers. Resolves when the running work has ended. */
  close(): Promise<void>;
}

export function openReviews(options: ReviewsOptions): Reviews {
  const { db, bus, findPeople, audit, now } = options;
  const changes = bus.topic<ReviewChange>(reviewsTopic);
  const worker = createReviewWorker({
    ...options,
    readPopulation: createReadPopulation(options),
    management: () => management,
    changes,
  });
  const management: ReviewManagement = createReviewManagement({ ...options, changes, wake: worker.wake });
  const work = createReviewWork({ ...options, changes });
  return {
    router: { db, management, work, findPeople, changes, audit, now },
    close: async () => void (await Promise.all([worker.close(), work.stop()])),
  };
}
