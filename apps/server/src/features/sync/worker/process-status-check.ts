import type { Logger } from 'pino';
import { failureOf, isRetryable } from '../failure.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { StatusJob, SubjectResult } from './sync-queues.ts';

export interface ProcessStatusCheckDeps {
  readonly checkStatus: (id: string) => Promise<void>;
  readonly deliveries: Pick<DeliveryStore, 'failNewest'>;
  readonly log: Logger;
}

/**
 * Checks the status of a user for the queue. A permanent failure makes the newest delivery about the user a dead
 * letter.
 */
export function createProcessStatusCheck({ checkStatus, deliveries, log }: ProcessStatusCheckDeps) {
  return async ({ user, isLast }: StatusJob & { readonly isLast: boolean }): Promise<SubjectResult> => {
    try {
      await checkStatus(user);
      return 'done';
    } catch (error) {
      const permanent = isLast || !isRetryable(error);
      const failure = failureOf(error);
      const subject = `user:${user}`;
      if (permanent) await deliveries.failNewest(subject, failure);
      const { code, status, detail } = failure;
      log.error({ subject, code, status, permanent }, 'the status of a user could not be checked');
      return { retry: !permanent, reason: detail };
    }
  };
}
