import type { Logger } from 'pino';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { ConnectedApplications } from '../../directory/connected-applications.ts';
import type { DirectoryPeople } from '../../directory/directory-person.ts';
import type { Notices } from '../../directory/notice.ts';
import type { PermissionUses } from '../../directory/permission-uses.ts';
import type { TitleReaders } from '../../directory/shared-resources.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Audit } from '../audit/record.ts';
import {
  createReviewManagement,
  type ReviewManagement,
  type ReviewManagementDeps,
} from './manage-reviews.ts';
import { createOriginsOf, type OriginsDeps } from './origins.ts';
import { createReadPopulation, type PopulationDeps } from './population.ts';
import { createReminders } from './due.ts';
import { createReviewAccess, type ReviewAccessDeps } from './review-access.ts';
import { reviewsTopic, type ReviewChange } from './review.ts';
import { createReviewWork, type ReviewWorkDeps } from './review-work.ts';
import { checkReviewers, createReviewWorker, type ReviewWorkerDeps } from './review-worker.ts';
import { createReviewers } from './reviewers.ts';
import { createReviewsRouter } from './reviews-router.ts';
import type { UnusedDeps } from './unused-procedures.ts';

export interface ReviewsOptions
  extends
    Omit<PopulationDeps, 'reads' | 'originsOf' | 'people' | 'uses'>,
    OriginsDeps,
    ReviewAccessDeps,
    TitleReaders,
    Omit<UnusedDeps, 'reads' | 'decider'>,
    Pick<ReviewWorkerDeps, 'directory' | 'inactiveAmong'>,
    Pick<ReviewManagementDeps, 'findPerson'>,
    Omit<ReviewWorkDeps, 'originsOf' | 'changes' | 'audit' | 'factChanges' | 'access' | 'onError'> {
  readonly bus: Bus;
  readonly factChanges: FactChanges;
  readonly reads: PopulationDeps['reads'] & ReviewWorkerDeps['reads'] & UnusedDeps['reads'];
  readonly decider: ReviewWorkDeps['decider'] & UnusedDeps['decider'];
  readonly people: DirectoryPeople;
  readonly applications: ConnectedApplications;
  readonly uses: PermissionUses;
  readonly notices: Pick<Notices, 'add'>;
  readonly audit: Audit;
  readonly log: Logger;
}

export interface Reviews {
  readonly router: ReturnType<typeof createReviewsRouter>;
  readonly changes: Topic<ReviewChange>;
  /** Stops the workers. Resolves when the running work has ended. */
  close(): Promise<void>;
}

export function openReviews({ log, ...given }: ReviewsOptions): Reviews {
  const { db, bus, findPeople, audit, now } = given;
  const onError = (err: Error): void => log.warn({ err }, 'an access review waits for another attempt');
  const options = { ...given, onError };
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
  const work = createReviewWork({ ...options, access: createReviewAccess(options), originsOf, changes });
  const reminders = createReminders({
    db,
    notices: options.notices,
    now,
    onError: (err) => log.warn({ err }, 'the reviewers of an access review are not reminded yet'),
  });
  // A reviewer may have lost the role that made them one.
  const unsubscribe = options.factChanges.subscribe({
    onMessage({ subject }) {
      checkReviewers(db, subject).then((isAny) => isAny && worker.wake(), onError);
    },
    onGap() {}, // The worker checks all reviewers every minute.
  });
  return {
    router: createReviewsRouter({
      db,
      management,
      reviewers,
      work,
      findPeople,
      applications: options.applications,
      readableTitles: options.readableTitles,
      readableCollections: options.readableCollections,
      unused: options,
      changes,
      audit,
      now,
    }),
    changes,
    async close() {
      unsubscribe();
      await Promise.all([worker.close(), work.stop(), reminders.close()]);
    },
  };
}
