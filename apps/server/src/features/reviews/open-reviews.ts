import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FindPeople } from '../../directory/people.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Audit } from '../audit/record.ts';
import type { ReviewManagement } from './manage-reviews.ts';
import { reviewsTopic, type ReviewChange } from './review.ts';
import type { ReviewWork } from './review-work.ts';
import type { ReviewsRouterDeps } from './reviews-router.ts';

export interface ReviewsOptions {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly findPeople: FindPeople;
  readonly audit: Audit;
  readonly now: () => Date;
  readonly management: ReviewManagement;
  readonly work: ReviewWork;
}

export interface Reviews {
  readonly router: Omit<ReviewsRouterDeps, 'subscriptions'>;
}

/** Opens access reviews. */
export function openReviews(options: ReviewsOptions): Reviews {
  const { db, bus, findPeople, audit, now, management, work } = options;
  const changes = bus.topic<ReviewChange>(reviewsTopic);
  return { router: { db, management, work, findPeople, changes, audit, now } };
}
