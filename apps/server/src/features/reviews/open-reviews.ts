import type { FactChanges } from '../../directory/fact-changes.ts';
import type { TitleReaders } from '../../directory/shared-resources.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Audit } from '../audit/record.ts';
import {
  createReviewManagement,
  type ReviewManagement,
  type ReviewManagementDeps,
} from './manage-reviews.ts';
import { createOriginsOf, type OriginsDeps } from './origins.ts';
import { createReadPopulation, type PopulationDeps } from './population.ts';
import { reviewsTopic, type ReviewChange } from './review.ts';
import { createReviewWork, type ReviewWorkDeps } from './review-work.ts';
import { checkReviewers, createReviewWorker, type ReviewWorkerDeps } from './review-worker.ts';
import { createReviewers } from './reviewers.ts';
import type { ReviewsRouterDeps } from './reviews-router.ts';

export interface ReviewsOptions
  extends
    Omit<PopulationDeps, 'reads' | 'originsOf'>,
    OriginsDeps,
    Pick<ReviewWorkerDeps, 'directory' | 'inactiveAmong' | 'onError'>,
    Pick<ReviewManagementDeps, 'findPerson'>,
    Omit<ReviewWorkDeps, 'originsOf' | 'changes' | 'audit' | 'factChanges'> {
  readonly bus: Bus;
  readonly factChanges: FactChanges;
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
  const originsOf = createOriginsOf(options);
  const reviewers = createReviewers(options);
  const worker = createReviewWorker({
    ...options,
    reviewers,
    readPopulation: createReadPopulation({ ...options, originsOf }),
    management: () => management,
    changes,
  });
  const management: ReviewManagement = createReviewManagement({ ...options, changes, wake: worker.wake });
  const work = createReviewWork({ ...options, originsOf, changes });
  // A reviewer may have lost the role that made them one.
  const unsubscribe = options.factChanges.subscribe({
    onMessage({ subject }) {
      checkReviewers(db, subject).then((isAny) => isAny && worker.wake(), options.onError);
    },
    onGap() {}, // The worker checks all reviewers every minute.
  });
  return {
    router: { db, management, reviewers, work, findPeople, changes, audit, now },
    async close() {
      unsubscribe();
      await Promise.all([worker.close(), work.stop()]);
    },
  };
}
